namespace Net.Async;

/// <summary>Why a connection ended. The first reason is the reason; what follows from it never replaces it.</summary>
/// <param name="Error">The error; null after a clean end, which is both directions ended or this side closed in order.</param>
/// <param name="Exception">The cause, where there is one: what was given to <see cref="Connection.Abort"/>, or the operating system's error.</param>
public sealed record CloseReason(ConnectionError? Error, Exception? Exception)
{
    internal static CloseReason Clean { get; } = new(null, null);

    /// <summary>True when nothing was cut off.</summary>
    public bool IsClean => Error is null;
}

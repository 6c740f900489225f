namespace Net.Async;

/// <summary>Why a connection ended. The first reason is kept; what follows from it never replaces it.</summary>
public sealed record CloseReason
{
    internal static CloseReason Clean { get; } = new();

    /// <summary>The error; null after a clean end: both directions ended, or this side closed in an orderly way.</summary>
    public ConnectionError? Error { get; init; }

    /// <summary>The cause, where there is one: the argument of <see cref="Connection.Abort"/>, or the operating system's error.</summary>
    public Exception? Exception { get; init; }

    /// <summary>True when no byte was cut off.</summary>
    public bool IsClean => Error is null;
}

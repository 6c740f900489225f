using System.Globalization;
using System.Net;

namespace Net.Async;

/// <summary>One address of a connect, and its outcome.</summary>
public sealed class ConnectAttempt
{
    internal ConnectAttempt(EndPoint endPoint, ConnectOutcome outcome, TimeSpan startedAfter, TimeSpan duration, Exception? error = null) =>
        (EndPoint, Outcome, StartedAfter, Duration, Error) = (endPoint, outcome, startedAfter, duration, error);

    /// <summary>The literal address, path or pipe.</summary>
    public EndPoint EndPoint { get; }

    /// <summary>How the attempt ended.</summary>
    public ConnectOutcome Outcome { get; }

    /// <summary>When it started, counted from the start of the connect; of one that was not dialled, when the connect ended.</summary>
    public TimeSpan StartedAfter { get; }

    /// <summary>How long it took; zero for one that was not dialled.</summary>
    public TimeSpan Duration { get; }

    /// <summary>
    /// Why it failed; of one that gave no answer a <see cref="ConnectionException"/> with <see cref="ConnectionError.TimedOut"/>, of a denied one with
    /// <see cref="ConnectionError.Denied"/>. Null for the one that connected, and for those whose turn never came.
    /// </summary>
    public Exception? Error { get; }

    /// <summary>What went wrong, where <see cref="Error"/> says so.</summary>
    internal ConnectionError? Kind { get; init; }

    /// <summary>The handshake was over: it had connected, whatever came after.</summary>
    internal bool IsReached { get; init; }

    /// <summary>The address and its outcome, as the message of a <see cref="ConnectionException"/> has it.</summary>
    public override string ToString() => $"{NetEndPoint.Format(EndPoint)} {Describe()}";

    private string Describe() => Outcome switch
    {
        ConnectOutcome.Connected => After("connected"),
        ConnectOutcome.Denied => "denied",
        ConnectOutcome.NoAnswer => After(IsReached ? "connected, nothing established" : "no answer"),
        ConnectOutcome.Failed => After(Name) + (Kind == ConnectionError.Unknown ? Why : ""),
        _ => "not tried" + (Error is null ? "" : Why),
    };

    private string Why => $" ({Error!.Message.TrimEnd('.')})";

    private string Name => Kind?.ToString() ?? Error?.GetType().Name ?? "failed";

    private string After(string what) => string.Create(CultureInfo.InvariantCulture, $"{what} after {Duration.TotalMilliseconds:0} ms");
}

using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>What happened in a connect.</summary>
public enum ConnectEventKind
{
    /// <summary>A family of the host is being looked up.</summary>
    LookupStarted,

    /// <summary>The look-up has ended, with addresses or an error.</summary>
    LookupFinished,

    /// <summary>An attempt to one address has started.</summary>
    AttemptStarted,

    /// <summary>The attempt has been silent for its delay: the next one starts beside it.</summary>
    AttemptDelayElapsed,

    /// <summary>The attempt has failed.</summary>
    AttemptFailed,

    /// <summary>A policy denies the address: nothing is sent there; or, where its rules changed meanwhile, what was connected is closed at once. The error names the rule.</summary>
    AttemptDenied,

    /// <summary>The attempt was ended, since another one has won, or the connect was.</summary>
    AttemptCancelled,

    /// <summary>The attempt has won.</summary>
    Connected,
}

/// <summary>One step of a connect.</summary>
public sealed class ConnectEvent
{
    internal ConnectEvent(ConnectEventKind kind, TimeSpan time, EndPoint host, AddressFamily family, EndPoint? endPoint, Exception? error) =>
        (Kind, Elapsed, Host, Family, EndPoint, Error) = (kind, time, host, family, endPoint, error);

    /// <summary>What happened.</summary>
    public ConnectEventKind Kind { get; }

    /// <summary>When, counted from the start of the connect.</summary>
    public TimeSpan Elapsed { get; }

    /// <summary>The end point that was asked for.</summary>
    public EndPoint Host { get; }

    /// <summary>The family looked up; <see cref="AddressFamily.Unspecified"/> for attempts.</summary>
    public AddressFamily Family { get; }

    /// <summary>The address of the attempt; null for look-ups.</summary>
    public EndPoint? EndPoint { get; }

    /// <summary>Why it failed; null when it did not.</summary>
    public Exception? Error { get; }

    /// <summary>The time in milliseconds, what happened, and where.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Elapsed.TotalMilliseconds:0} ms {Kind} {(EndPoint is null ? Family.ToString() : NetEndPoint.Format(EndPoint))}");
}

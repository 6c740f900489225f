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
    AttemptSlow,

    /// <summary>The attempt has failed.</summary>
    AttemptFailed,

    /// <summary>A policy denies the address: nothing is sent there.</summary>
    AttemptDenied,

    /// <summary>The attempt was ended, since another one has won, or the connect was.</summary>
    AttemptCancelled,

    /// <summary>The attempt has won.</summary>
    Connected,
}

/// <summary>One step of a connect.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Time">When, counted from the start of the connect.</param>
/// <param name="Host">The end point that was asked for.</param>
/// <param name="Family">The family looked up; <see cref="AddressFamily.Unspecified"/> for attempts.</param>
/// <param name="EndPoint">The address of the attempt; null for look-ups.</param>
/// <param name="Error">Why it failed; null when it did not.</param>
public sealed record ConnectEvent(ConnectEventKind Kind, TimeSpan Time, EndPoint Host, AddressFamily Family, EndPoint? EndPoint, Exception? Error);

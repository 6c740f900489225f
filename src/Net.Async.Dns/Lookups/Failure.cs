using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>Why a look-up failed.</summary>
/// <param name="Error">What to branch on.</param>
/// <param name="Why">The end of a sentence that begins with the name.</param>
/// <param name="Says">What the system's resolver says of the same: no such name, try again, or no use in trying.</param>
internal sealed record Failure(ConnectionError Error, string Why, SocketError Says)
{
    public FailureKind Kind { get; init; }

    /// <summary>More than the message says, for the exception behind it; null for nothing.</summary>
    public string? Detail { get; init; }

    /// <summary>An exception of each caller's own, with its spelling of the name.</summary>
    public ConnectionException ToException(DnsEndPoint host) =>
        new(Error, $"Could not resolve {host.Host}: {Why}.", host, Detail is null ? new SocketException((int)Says) : new SocketException((int)Says, Detail));
}

/// <summary>How a failure bears on what is asked next.</summary>
internal enum FailureKind
{
    /// <summary>No other server would say anything else.</summary>
    Final,

    /// <summary>A server said SERVFAIL.</summary>
    ServerFailure,

    /// <summary>A server answered something else that is no answer.</summary>
    NoAnswer,

    /// <summary>Nothing came in time.</summary>
    Silent,

    /// <summary>The server's address or port is not reached.</summary>
    Unreachable,
}

using System.Net;

namespace Net.Async;

/// <summary>A client whose upgrade failed: it never became a connection.</summary>
public sealed record FailedUpgrade
{
    /// <summary>The server's address to which the client connected.</summary>
    public required EndPoint LocalEndPoint { get; init; }

    /// <summary>The client's address; null when the transport has none, or when the client has already gone.</summary>
    public EndPoint? RemoteEndPoint { get; init; }

    /// <summary>What the upgrade threw; a <see cref="TimeoutException"/> when the time limit passed.</summary>
    public required Exception Exception { get; init; }
}

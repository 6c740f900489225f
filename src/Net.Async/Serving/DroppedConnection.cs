using System.Net;

namespace Net.Async;

/// <summary>A client that was turned away because a limit of the server was reached.</summary>
public sealed record DroppedConnection
{
    /// <summary>The server's address to which the client connected.</summary>
    public required EndPoint LocalEndPoint { get; init; }

    /// <summary>The client's address; null when the transport has none, or when the client has already gone.</summary>
    public EndPoint? RemoteEndPoint { get; init; }

    /// <summary>The limit that was reached.</summary>
    public ConnectionLimitKind Limit { get; init; }
}

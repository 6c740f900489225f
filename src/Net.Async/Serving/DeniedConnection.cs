using System.Net;

namespace Net.Async;

/// <summary>A client that <see cref="ServerOptions.Policy"/> has denied.</summary>
public sealed record DeniedConnection
{
    /// <summary>The server's address to which the client connected.</summary>
    public required EndPoint LocalEndPoint { get; init; }

    /// <summary>The client's address, as the policy judged it; null when the transport has none, or when the client has already gone.</summary>
    public EndPoint? RemoteEndPoint { get; init; }

    /// <summary>The policy's decision.</summary>
    public PolicyDecision Decision { get; init; }
}

using System.Net;

namespace Net.Async;

/// <summary>A client that <see cref="ServerOptions.Policy"/> has denied.</summary>
/// <param name="LocalEndPoint">The server's address that it came to.</param>
/// <param name="RemoteEndPoint">Its own address, as the policy judged it; null when the transport has none, or when the client has gone already.</param>
/// <param name="Decision">What the policy said.</param>
public sealed record DeniedConnection(EndPoint LocalEndPoint, EndPoint? RemoteEndPoint, PolicyDecision Decision);

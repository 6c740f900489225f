using System.Net;

namespace Net.Async;

/// <summary>A client that was turned away because a limit of the server was reached.</summary>
/// <param name="LocalEndPoint">The address that it connected to.</param>
/// <param name="RemoteEndPoint">Its own address; null when the transport has none, or when it has gone already.</param>
/// <param name="Limit">The limit.</param>
public sealed record DroppedConnection(EndPoint LocalEndPoint, EndPoint? RemoteEndPoint, ConnectionLimitKind Limit);

using System.Net;

namespace Net.Async;

/// <summary>A client that was turned away because the server was full.</summary>
/// <param name="LocalEndPoint">The address that it connected to.</param>
/// <param name="RemoteEndPoint">Its own address; null when the transport has none, or when it has gone already.</param>
public sealed record DroppedConnection(EndPoint LocalEndPoint, EndPoint? RemoteEndPoint);

using System.Net;

namespace Net.Async;

/// <summary>A client whose upgrade failed: it never became a connection.</summary>
/// <param name="LocalEndPoint">The server's address that it came to.</param>
/// <param name="RemoteEndPoint">Its own address; null when the transport has none, or when the client has gone already.</param>
/// <param name="Exception">What the upgrade threw; a <see cref="TimeoutException"/> when the time limit passed.</param>
public sealed record FailedUpgrade(EndPoint LocalEndPoint, EndPoint? RemoteEndPoint, Exception Exception);

using System.Net;

namespace Net.Async.Testing;

/// <summary>What one end of a connection in memory is made with.</summary>
internal sealed record MemoryEnd(ConnectionOptions Options, EndPoint Address, CancellationToken Stopping = default);

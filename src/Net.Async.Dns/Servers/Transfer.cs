using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>A socket to one name server for one query, and the messages that come on it. Disposing closes it.</summary>
internal abstract class Transfer(IPEndPoint server, SocketType type, ProtocolType protocol) : IDisposable
{
    protected Socket Socket { get; } = new(server.AddressFamily, type, protocol);

    /// <summary>Sends the query.</summary>
    public abstract ValueTask SendAsync(QueryMessage query, CancellationToken cancellationToken);

    /// <summary>The next message; the memory is good until the one after it.</summary>
    public abstract ValueTask<ReadOnlyMemory<byte>> ReceiveAsync(CancellationToken cancellationToken);

    public void Dispose() => Socket.Dispose();

    protected ValueTask ConnectAsync(CancellationToken cancellationToken) => Socket.ConnectAsync(server, cancellationToken);
}

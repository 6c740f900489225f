using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>Datagrams on a connected socket: the kernel drops what others send, and tells when nothing listens at the port.</summary>
internal sealed class DatagramTransfer(IPEndPoint server) : Transfer(server, SocketType.Dgram, ProtocolType.Udp)
{
    // Some send more than the query allows.
    private readonly byte[] _buffer = new byte[4096];

    public override async ValueTask SendAsync(QueryMessage query, CancellationToken cancellationToken)
    {
        await ConnectAsync(cancellationToken).ConfigureAwait(false);
        await Socket.SendAsync(query.ToBytes(), cancellationToken).ConfigureAwait(false);
    }

    public override async ValueTask<ReadOnlyMemory<byte>> ReceiveAsync(CancellationToken cancellationToken) =>
        _buffer.AsMemory(0, await Socket.ReceiveAsync(_buffer, cancellationToken).ConfigureAwait(false));
}

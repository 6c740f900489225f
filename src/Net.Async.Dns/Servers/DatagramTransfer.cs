using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>Datagrams on a connected socket: the kernel drops what others send, and tells when nothing listens at the port.</summary>
internal sealed class DatagramTransfer(IPEndPoint server) : Transfer(server, SocketType.Dgram, ProtocolType.Udp)
{
    // Some send more than the query allows; what is still longer is cut, and asked for over TCP.
    private const int MostOctets = 4096;

    private readonly byte[] _buffer = new byte[MostOctets];

    public override async ValueTask SendAsync(QueryMessage query, CancellationToken cancellationToken)
    {
        await ConnectAsync(cancellationToken).ConfigureAwait(false);
        await Socket.SendAsync(query.ToBytes(), cancellationToken).ConfigureAwait(false);
    }

    public override async ValueTask<ReadOnlyMemory<byte>> ReceiveAsync(CancellationToken cancellationToken)
    {
        var length = await ReceiveOnceAsync(cancellationToken).ConfigureAwait(false);
        if (length == MostOctets)
            MessageHeader.SetTruncated(_buffer);
        return _buffer.AsMemory(0, length);
    }

    private async ValueTask<int> ReceiveOnceAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await Socket.ReceiveAsync(_buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.MessageSize)
        {
            // Windows says so; Linux cuts without a word.
            return MostOctets;
        }
    }
}

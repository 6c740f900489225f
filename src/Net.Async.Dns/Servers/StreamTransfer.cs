using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>TCP: two octets of length before each message (RFC 1035, 4.2.2).</summary>
internal sealed class StreamTransfer(IPEndPoint server) : Transfer(server, SocketType.Stream, ProtocolType.Tcp)
{
    public override async ValueTask SendAsync(QueryMessage query, CancellationToken cancellationToken)
    {
        Socket.NoDelay = true;
        await ConnectAsync(cancellationToken).ConfigureAwait(false);
        var bytes = query.ToBytes(prefix: sizeof(ushort));
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)(bytes.Length - sizeof(ushort)));
        for (var sent = 0; sent < bytes.Length;)
            sent += await Socket.SendAsync(bytes.AsMemory(sent), cancellationToken).ConfigureAwait(false);
    }

    public override async ValueTask<ReadOnlyMemory<byte>> ReceiveAsync(CancellationToken cancellationToken)
    {
        var length = new byte[sizeof(ushort)];
        await FillAsync(length, cancellationToken).ConfigureAwait(false);
        var message = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
        await FillAsync(message, cancellationToken).ConfigureAwait(false);
        return message;
    }

    private async ValueTask FillAsync(Memory<byte> memory, CancellationToken cancellationToken)
    {
        while (!memory.IsEmpty)
        {
            var count = await Socket.ReceiveAsync(memory, cancellationToken).ConfigureAwait(false);
            memory = memory[(count > 0 ? count : throw new EndOfStreamException())..];
        }
    }
}

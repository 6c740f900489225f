using System.Net.Sockets;
using System.Threading.Channels;

namespace Net.Async.Tests.Testing;

/// <summary>A stranger's transport, written from docs/transports.md alone: bytes over two channels.</summary>
internal sealed class ChannelTransport(Channel<byte[]> incoming, Channel<byte[]> outgoing) : TransportStream
{
    private volatile bool _closed;
    private ReadOnlyMemory<byte> _rest;

    public override ConnectionCapabilities Capabilities => ConnectionCapabilities.HalfClose | ConnectionCapabilities.DetectsPeerClose;

    public override TransportResult Peek()
    {
        if (_closed)
            return TransportResult.Of(SocketError.OperationAborted);
        if (_rest.IsEmpty && incoming.Reader.TryRead(out var piece))
            _rest = piece;
        return !_rest.IsEmpty ? TransportResult.Of(1) : incoming.Reader.Completion.IsCompleted ? TransportResult.Of(0) : TransportResult.WouldBlock;
    }

    public override TransportResult TryReceive(Span<byte> buffer)
    {
        if (Peek() is { Count: 0 } nothing)
            return nothing;
        var count = Math.Min(buffer.Length, _rest.Length);
        _rest.Span[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return TransportResult.Of(count);
    }

    public override ValueTask<SocketError> WaitReadableAsync() =>
        _rest.IsEmpty ? TellAsync(incoming.Reader.WaitToReadAsync().AsTask()) : new(SocketError.Success);

    public override TransportResult TrySend(ReadOnlySpan<byte> bytes)
    {
        var piece = bytes[..Math.Min(bytes.Length, 4096)].ToArray();
        return outgoing.Writer.TryWrite(piece) ? TransportResult.Of(piece.Length) : TransportResult.WouldBlock;
    }

    public override ValueTask<SocketError> SendAsync(ReadOnlyMemory<byte> bytes) => TellAsync(outgoing.Writer.WriteAsync(bytes.ToArray()).AsTask());

    public override ValueTask<SocketError> EndSendingAsync() => new(outgoing.Writer.TryComplete() ? SocketError.Success : SocketError.OperationAborted);

    public override void Close()
    {
        _closed = true;
        outgoing.Writer.TryComplete();
        incoming.Writer.TryComplete();
    }

    private async ValueTask<SocketError> TellAsync(Task task)
    {
        await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return _closed ? SocketError.OperationAborted : task.IsFaulted ? SocketError.ConnectionReset : SocketError.Success;
    }
}

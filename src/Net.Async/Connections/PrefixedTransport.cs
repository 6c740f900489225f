using System.Net.Sockets;

namespace Net.Async;

/// <summary>A transport with bytes in front of what it gives: they were received before, and pushed back.</summary>
internal class PrefixedTransport(TransportStream inner, ReadOnlyMemory<byte> prefix) : TransportDecorator(inner)
{
    private ReadOnlyMemory<byte> _prefix = prefix;

    internal override bool IsGuarded => Inner.IsGuarded;

    internal override long? Acknowledged => Inner.Acknowledged;

    public override TransportResult TryReceive(Span<byte> buffer)
    {
        if (_prefix.IsEmpty)
            return base.TryReceive(buffer);
        var count = Math.Min(buffer.Length, _prefix.Length);
        _prefix.Span[..count].CopyTo(buffer);
        _prefix = _prefix[count..];
        return TransportResult.Of(count);
    }

    public override TransportResult Peek() => _prefix.IsEmpty ? base.Peek() : TransportResult.Of(1);

    public override ValueTask<SocketError> WaitReadableAsync() => _prefix.IsEmpty ? base.WaitReadableAsync() : new(SocketError.Success);
}

using System.Net.Sockets;

namespace Net.Async;

/// <summary>A transport whose former connection still has a wait parked: nothing is received before that ends, which the next bytes, the end or an error bring about.</summary>
/// <param name="inner">The transport.</param>
/// <param name="released">When the parked wait has ended, and its error: the transport does not report that again.</param>
internal sealed class ReleasedTransport(TransportStream inner, Task<SocketError> released) : TransportDecorator(inner)
{
    public override bool CanPeek => released.IsCompleted && base.CanPeek;

    internal override bool IsGuarded => Inner.IsGuarded;

    internal override long? Acknowledged => Inner.Acknowledged;

    // What is known without the inner transport; null when that is to be asked.
    private TransportResult? Known => !released.IsCompleted ? TransportResult.WouldBlock
        : released.Result is not SocketError.Success and var error ? TransportResult.Of(error) : null;

    public override TransportResult TryReceive(Span<byte> buffer) => Known ?? base.TryReceive(buffer);

    public override TransportResult Peek() => Known ?? base.Peek();

    public override ValueTask<SocketError> WaitReadableAsync() => Known is null ? base.WaitReadableAsync() : new(released);
}

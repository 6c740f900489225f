using System.Net.Sockets;

namespace Net.Async;

/// <summary>A transport whose former connection still has a wait parked: nothing is received before that ends, which the next bytes, the end or an error bring about.</summary>
/// <param name="inner">The transport.</param>
/// <param name="released">When the parked wait has ended.</param>
internal sealed class ReleasedTransport(TransportStream inner, Task released) : TransportDecorator(inner)
{
    internal override bool IsGuarded => Inner.IsGuarded;

    public override TransportResult TryReceive(Span<byte> buffer) => released.IsCompleted ? base.TryReceive(buffer) : TransportResult.WouldBlock;

    public override TransportResult Peek() => released.IsCompleted ? base.Peek() : TransportResult.WouldBlock;

    public override ValueTask<SocketError> WaitReadableAsync() => released.IsCompleted ? base.WaitReadableAsync() : WaitAsync();

    private async ValueTask<SocketError> WaitAsync()
    {
        await released.ConfigureAwait(false);
        return SocketError.Success;
    }
}

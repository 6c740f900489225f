using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Net.Async;

/// <summary>Sending on the caller's stack, and waiting for room.</summary>
internal sealed partial class ReactorStream
{
    // Made when the kernel takes no more for the first time. One send is under way at a time.
    private ReadinessWait? _writable;

    private ReadinessWait Writable => _writable ??= new();

    protected override TransportResult Send(ReadOnlySpan<byte> bytes) => _descriptor.Send(bytes);

    protected override TransportResult Send(IList<ArraySegment<byte>> pieces) => _descriptor.Send(pieces);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<SocketError> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            Writable.ClearReadiness();
            var sent = TrySend(bytes.Span);
            bytes = bytes[sent.Count..];
            var error = sent.IsWouldBlock ? await WaitWritableAsync().ConfigureAwait(false) : sent.Error;
            if (error != SocketError.Success)
                return error;
        }

        return SocketError.Success;
    }

    public override async ValueTask<TransportResult> SendFirstAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            Writable.ClearReadiness();
            var sent = TrySend(bytes.Span);
            if (!sent.IsWouldBlock)
                return sent;
            var wait = WaitWritableAsync();
            using var registration = cancellationToken.UnsafeRegister(static stream => ((ReactorStream)stream!).CancelWaitWritable(), this);
            if (await wait.ConfigureAwait(false) is not SocketError.Success and var error)
                return TransportResult.Of(error);
        }

        return TransportResult.WouldBlock;
    }

    public ValueTask<SocketError> WaitWritableAsync() =>
        Register(Readable | Epoll.Out) is not SocketError.Success and var error ? new(error) : Writable.WaitAsync();

    private void CancelWaitWritable()
    {
        if (Writable.TryCancel())
            _loop.Post(Writable, this);
    }
}

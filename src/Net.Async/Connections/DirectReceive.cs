using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Net.Async;

/// <summary>Receiving past the pipe, into the caller's memory.</summary>
internal readonly struct DirectReceive(ReadCall call)
{
    private readonly ReceiveSide _side = call.Side;

    /// <summary>Receives into the caller's memory. The pipe must hold nothing.</summary>
    public ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken) => ReceiveAsync(buffer, null, cancellationToken);

    /// <summary>Receives into a pipe of the kernel's. Nothing comes at the peer's end, and where the bytes have to be copied.</summary>
    public ValueTask<int> ReceiveAsync(PipedBytes piped) => ReceiveAsync(default, piped, CancellationToken.None);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReceiveAsync(Memory<byte> buffer, PipedBytes? piped, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryReceive(buffer, piped, cancellationToken, out var count, out var pending))
                return count;
            call.Wait.Link(cancellationToken);
            if ((await pending.ConfigureAwait(false)).IsCanceled)
                throw CancelledReceive();
        }
    }

    private bool TryReceive(Memory<byte> buffer, PipedBytes? piped, CancellationToken cancellationToken, out int count, out ValueTask<ReadResult> pending)
    {
        count = 0;
        pending = default;
        lock (_side.Gate)
        {
            call.ThrowIfBusyLocked();
            cancellationToken.ThrowIfCancellationRequested();
            if (_side.Buffer.Length > 0)
                throw new InvalidOperationException("The pipe holds bytes: read them from Input first.");
            ThrowIfFailedLocked();
            if (_side.Direction.IsAtEnd)
                return true;
            ThrowIfCancelledLocked();
            if (!_side.TryBeginLocked())
            {
                pending = call.BeginReadinessLocked(cancellationToken);
                return false;
            }
        }

        var received = ReceiveNow(buffer, piped);
        lock (_side.Gate)
        {
            if (!received.IsWouldBlock)
            {
                _side.EndLocked();
                count = received.Count;
                if (count == 0)
                    ThrowIfFailedLocked();
                return true;
            }

            if (WhyNotWaitLocked() is { } why)
            {
                _side.EndLocked();
                throw why;
            }

            pending = call.BeginReadinessLocked(cancellationToken);
        }

        _side.Park();
        return false;
    }

    // One receive with the claim. When others have their turn it is as if nothing were there: the wait ends when it is ours again.
    private TransportResult ReceiveNow(Memory<byte> buffer, PipedBytes? piped)
    {
        var stream = _side.Stream;
        if (stream.EndsTurn())
            return TransportResult.WouldBlock;
        var received = piped is not null ? piped.Receive(stream) : buffer.IsEmpty ? stream.Peek() : stream.TryReceive(buffer.Span);
        if (piped is { MustCopy: true } || (received.Count > 0 && buffer.IsEmpty && piped is null))
            return TransportResult.Of(0);
        if (received.Count > 0)
            _side.RecordDirect(received.Count);
        else if (!received.IsWouldBlock)
            _side.RecordEnd(received);
        return received;
    }

    // What came while the transport was called, and has found no wait to end.
    private Exception? WhyNotWaitLocked() =>
        call.IsCompleted ? ReadCall.CompletedMeanwhile() : _side.FailureLocked ?? (call.TryTakeCancelLocked() ? CancelledReceive() : null);

    private void ThrowIfFailedLocked()
    {
        if (_side.FailureLocked is { } failure)
            throw failure;
    }

    private void ThrowIfCancelledLocked()
    {
        if (call.TryTakeCancelLocked())
            throw CancelledReceive();
    }

    private static OperationCanceledException CancelledReceive() => new("The receive was cancelled by CancelPendingRead.");
}

using System.IO.Pipelines;

namespace Net.Async;

/// <summary>SendAsync: all of the caller's memory, or none of it, or the connection ends.</summary>
internal sealed partial class OutputPipe
{
    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        bool direct;
        long target;
        lock (_lock)
        {
            ThrowIfFlushing();
            ThrowIfCompleted();
            if (IsOver)
                return ValueTask.FromException(_failure ?? _connection.ClosedHere());
            if (_buffer.Pending > 0)
                throw new InvalidOperationException("The pipe holds unflushed bytes: flush Output first.");
            // Before anything was sent: nothing happens, once.
            if (_cancelled)
            {
                _cancelled = false;
                return ValueTask.FromException(CancelledSend());
            }

            _buffer.Seal();
            target = BytesSent + bytes.Length;
            direct = ClaimDirect();
        }

        var rest = direct ? SendDirect(bytes) : bytes;
        if (direct && !rest.IsEmpty && rest.Length == bytes.Length)
            return SendFirstAsync(bytes, target, cancellationToken);
        HandOver(rest, direct, hasBegun: direct);
        return AllSentAsync(TellOrWait(target, isSend: true, cancellationToken));
    }

    // The kernel takes nothing: as long as that is so, the send can be taken back.
    private async ValueTask SendFirstAsync(ReadOnlyMemory<byte> bytes, long target, CancellationToken cancellationToken)
    {
        var first = await TakeFirstAsync(bytes, cancellationToken).ConfigureAwait(false);
        if (first.IsWouldBlock)
        {
            // Lets go of the claim: an end, or more, may have been asked for.
            SendAndWake();
            throw Withdrawn(cancellationToken);
        }

        Note(first, ofBuffer: false);
        HandOver(first.IsSuccess ? bytes[first.Count..] : default, isClaimed: true, hasBegun: true);
        await AllSentAsync(TellOrWait(target, isSend: true, cancellationToken)).ConfigureAwait(false);
    }

    private async ValueTask<TransportResult> TakeFirstAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        // Not disposed: CancelPendingFlush may be at it, and it holds no timer and no handle.
        var withdrawal = new CancellationTokenSource();
        bool isCancelled;
        lock (_lock)
        {
            NeedWait().Withdrawal = withdrawal;
            isCancelled = _cancelled;
        }

        if (isCancelled)
            withdrawal.Cancel();
        var registration = cancellationToken.UnsafeRegister(static withdrawal => ((CancellationTokenSource)withdrawal!).Cancel(), withdrawal);
        var first = await _stream.SendFirstAsync(bytes, withdrawal.Token).ConfigureAwait(false);
        registration.Unregister();
        lock (_lock)
            NeedWait().Withdrawal = null;
        return first;
    }

    private Exception Withdrawn(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _writing = false;
            if (_stopped)
                return _failure ?? _connection.ClosedHere();
            if (cancellationToken.IsCancellationRequested)
                return new OperationCanceledException(cancellationToken);
            _cancelled = false;
            return CancelledSend();
        }
    }

    private ValueTask AllSentAsync(ValueTask<FlushResult> sent) =>
        !sent.IsCompletedSuccessfully ? AwaitAllSentAsync(sent) : sent.Result.IsCompleted ? ValueTask.FromException(_connection.ClosedHere()) : default;

    private async ValueTask AwaitAllSentAsync(ValueTask<FlushResult> sent)
    {
        if ((await sent.ConfigureAwait(false)).IsCompleted)
            throw _connection.ClosedHere();
    }
}

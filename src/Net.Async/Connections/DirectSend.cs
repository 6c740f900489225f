using System.IO.Pipelines;

namespace Net.Async;

/// <summary>Sending past the pipe: all of the caller's memory, or none of it, or the connection ends.</summary>
internal readonly struct DirectSend(WriteCall call)
{
    private readonly SendSide _side = call.Side;

    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        bool isDirect;
        lock (_side.Gate)
        {
            call.ThrowIfCallingLocked();
            call.ThrowIfCompletedLocked();
            if (_side.Direction.IsOver)
                return ValueTask.FromException(_side.Direction.Failure ?? _side.Lifetime.ClosedHere());
            // What a flush has handed over and the transport has not taken is sent first: the caller cannot wait for it where flushes do not.
            if (_side.Buffer.Unflushed > 0)
                throw new InvalidOperationException("The pipe holds unflushed bytes: flush Output first.");
            // Before anything was sent: nothing happens, once.
            if (call.TryTakeCancelLocked())
                return ValueTask.FromException(FlushEnd.CancelledSend());

            _side.Buffer.Seal();
            call.BeginCallLocked(CallKind.Send, bytes.Length);
            isDirect = !bytes.IsEmpty && _side.TryBeginDirectLocked();
        }

        if (!isDirect)
        {
            HandOver(bytes, isClaimed: false, SendProgress.None);
            return AllSentAsync(call.TellOrWait(cancellationToken));
        }

        var sent = _side.Lifetime.Stream.TrySend(bytes.Span);
        if (sent.Count == bytes.Length)
            return AllSentAsync(call.EndDirect(sent.Count));
        return sent.IsWouldBlock ? SendFirstAsync(bytes, cancellationToken) : SendRest(bytes, sent, cancellationToken);
    }

    // The transport takes nothing: as long as that is so, the send can be taken back.
    private async ValueTask SendFirstAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var first = await TakeFirstAsync(bytes, cancellationToken).ConfigureAwait(false);
        if (first.IsWouldBlock)
        {
            // Lets go of the claim: an end, or more, may have been asked for.
            _side.SendAndWake();
            throw Withdrawn(cancellationToken);
        }

        await SendRest(bytes, first, cancellationToken).ConfigureAwait(false);
    }

    private ValueTask SendRest(ReadOnlyMemory<byte> bytes, TransportResult first, CancellationToken cancellationToken)
    {
        HandOver(_side.SendDirect(bytes, first), isClaimed: true, SendProgress.Begun);
        return AllSentAsync(call.TellOrWait(cancellationToken));
    }

    private void HandOver(ReadOnlyMemory<byte> rest, bool isClaimed, SendProgress progress)
    {
        if (_side.HandOver(rest, isClaimed, progress))
            _side.Send();
    }

    private async ValueTask<TransportResult> TakeFirstAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        // Not disposed: CancelPendingFlush may be at it, and it holds no timer and no handle.
        var withdrawal = new CancellationTokenSource();
        bool isCancelled;
        lock (_side.Gate)
        {
            isCancelled = call.WithdrawLocked(withdrawal);
        }

        if (isCancelled)
            withdrawal.Cancel();
        var registration = cancellationToken.UnsafeRegister(static withdrawal => ((CancellationTokenSource)withdrawal!).Cancel(), withdrawal);
        var first = await _side.Lifetime.Stream.SendFirstAsync(bytes, withdrawal.Token).ConfigureAwait(false);
        registration.Unregister();
        lock (_side.Gate)
            _ = call.WithdrawLocked(null);
        return first;
    }

    private Exception Withdrawn(CancellationToken cancellationToken)
    {
        lock (_side.Gate)
        {
            call.EndLocked();
            if (_side.Direction.IsFinished)
                return _side.Direction.Failure ?? _side.Lifetime.ClosedHere();
            if (cancellationToken.IsCancellationRequested)
                return new OperationCanceledException(cancellationToken);
            _ = call.TryTakeCancelLocked();
            return FlushEnd.CancelledSend();
        }
    }

    private ValueTask AllSentAsync(ValueTask<FlushResult> sent) =>
        !sent.IsCompletedSuccessfully ? AwaitAllSentAsync(sent) : sent.Result.IsCompleted ? ValueTask.FromException(_side.Lifetime.ClosedHere()) : default;

    private async ValueTask AwaitAllSentAsync(ValueTask<FlushResult> sent)
    {
        if ((await sent.ConfigureAwait(false)).IsCompleted)
            throw _side.Lifetime.ClosedHere();
    }
}

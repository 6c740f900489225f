using System.IO.Pipelines;

namespace Net.Async;

/// <summary>What a call says: that every byte of it has gone, or why not.</summary>
internal sealed partial class WriteCall
{
    public void Wake(bool inline)
    {
        FlushEnd end;
        lock (Side.Gate)
        {
            if (_wait is not { IsWaiting: true } || !TryTakeLocked(out end))
                return;
            _wait.End();
        }

        if (end.IsTorn)
            Side.Lifetime.Abort(end.Failure);
        _wait.Set(end.Result, Side.Lifetime.Shown(end.Failure), inline);
    }

    bool IFlushCanceller.TryGiveUpLocked()
    {
        if (Side.BytesSent >= _target)
            return false;
        GiveUpLocked();
        return true;
    }

    void IFlushCanceller.OnGivenUp(Exception cause)
    {
        bool isTorn;
        lock (Side.Gate)
            isTorn = Side.Direction.State == SendState.Torn;
        if (isTorn)
            Side.Lifetime.Abort(cause);
    }

    /// <summary>A call begins, under the lock: its bytes follow what is written.</summary>
    public void BeginCallLocked(CallKind call, int length)
    {
        _call = call;
        _target = Side.BytesSent + Side.Buffer.Pending + length;
    }

    /// <summary>The call is over without a wait. Under the lock.</summary>
    public void EndLocked() => _call = CallKind.None;

    /// <summary>Shows a cancel that no call has shown yet. Under the lock.</summary>
    public bool TryTakeCancelLocked()
    {
        var isCancelled = _cancel == CancelRequest.Pending;
        _cancel = CancelRequest.None;
        return isCancelled;
    }

    /// <summary>How a cancel reaches a send of which nothing has gone; null when it no longer can. Under the lock.</summary>
    /// <returns>Whether a cancel waits to be shown.</returns>
    public bool WithdrawLocked(CancellationTokenSource? withdrawal)
    {
        NeedWait().Withdrawal = withdrawal;
        return _cancel == CancelRequest.Pending;
    }

    // A call that came too late for anything of it to be taken.
    private ValueTask<FlushResult> TellOverLocked()
    {
        _dropped = 0;
        Side.DiscardIfFinishedLocked();
        var isCancelled = _cancel == CancelRequest.Pending;
        if (FlushFailure is { } failure && !isCancelled)
            return ValueTask.FromException<FlushResult>(Side.Lifetime.Shown(failure));
        _cancel = CancelRequest.None;
        return new(new FlushResult(isCancelled, isCompleted: FlushFailure is null));
    }

    /// <summary>Every byte of the call went at once.</summary>
    public ValueTask<FlushResult> EndDirect(int count)
    {
        Side.Lifetime.OnSent(count);
        bool sends;
        FlushEnd end;
        lock (Side.Gate)
        {
            sends = !Side.TryEndDirectLocked(count);
            _ = TryTakeLocked(out end);
        }

        if (sends)
            Side.Send();
        return new(end.Result);
    }

    /// <summary>Says what is known by now, or waits until something is.</summary>
    public ValueTask<FlushResult> TellOrWait(CancellationToken cancellationToken)
    {
        ValueTask<FlushResult> pending;
        lock (Side.Gate)
        {
            if (TryTakeLocked(out var end))
                return Tell(end);
            pending = NeedWait().Begin(cancellationToken);
        }

        NeedWait().Link(cancellationToken);
        return pending;
    }

    private ValueTask<FlushResult> Tell(in FlushEnd end)
    {
        if (end.IsTorn)
            Side.Lifetime.Abort(end.Failure);
        return end.Failure is null ? new(end.Result) : ValueTask.FromException<FlushResult>(Side.Lifetime.Shown(end.Failure));
    }

    // What the call says now, which ends it; false when it must wait.
    private bool TryTakeLocked(out FlushEnd end)
    {
        end = default;
        var isSend = _call == CallKind.Send;
        var isAllSent = Side.BytesSent >= _target;
        ref var direction = ref Side.Direction;
        if (_cancel == CancelRequest.Pending && (!isSend || (!isAllSent && !direction.IsFinished)))
        {
            _cancel = CancelRequest.None;
            GiveUpLocked();
            end = isSend
                ? new FlushEnd(default, FlushEnd.CancelledSend(), direction.State == SendState.Torn)
                : new FlushEnd(new FlushResult(isCanceled: true, isCompleted: false), null, false);
            return true;
        }

        // Every byte of it has gone: what became of the connection since changes nothing of that.
        if (!isAllSent && !direction.IsFinished && !TryLeaveRestLocked(isSend))
            return false;
        _call = CallKind.None;
        if (!isAllSent && direction.IsFinished)
            end = new FlushEnd(new FlushResult(isCanceled: false, isCompleted: true), isSend ? direction.Failure : FlushFailure, false);
        return true;
    }

    // So few bytes are unsent that the writer need not wait for them. The memory is the caller's again: the rest is copied.
    private bool TryLeaveRestLocked(bool isSend)
    {
        if (isSend || _target - Side.BytesSent > Side.Lifetime.Options.Buffers.PauseWriterThreshold)
            return false;
        Side.GiveUpLocked(isSend: false);
        return true;
    }

    // What a flush or a write throws once the direction has ended; null when its result says it. Under the lock.
    private Exception? FlushFailure => Side.Lifetime.Options.Close.FailedFlushCompletes ? null : Side.Direction.Failure;

    private FlushWait NeedWait() => _wait ??= new FlushWait(this, Side.Gate);

    private void GiveUpLocked()
    {
        Side.GiveUpLocked(_call == CallKind.Send);
        _call = CallKind.None;
    }
}

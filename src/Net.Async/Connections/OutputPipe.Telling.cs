using System.IO.Pipelines;

namespace Net.Async;

/// <summary>What a write is told: that every byte of it has gone, or why not.</summary>
internal sealed partial class OutputPipe
{
    // Under the lock: made when a write has to wait for the first time.
    private FlushWait NeedWait() => _wait ??= new(TryGiveUp, _connection.Abort, _lock);

    // A token gives the wait up, under the lock; false when every byte has gone, which it is about to be told.
    private bool TryGiveUp(FlushWait wait)
    {
        if (BytesSent >= wait.Target)
            return false;
        GiveUp(wait);
        return true;
    }

    // Under the lock. What was written goes out all the same; a send that has begun goes no further, and no FIN follows it.
    private void GiveUp(FlushWait wait)
    {
        if (wait.IsSend)
            _torn |= wait.HasBegun;
        else
            KeepRest(wait);
        wait.Rest = default;
    }

    // Under the lock: a call that came too late for anything of it to be taken.
    private ValueTask<FlushResult> TellOver()
    {
        _dropped = false;
        DiscardIfStopped();
        if (_failure is not null && !_cancelled)
            return ValueTask.FromException<FlushResult>(_failure);
        var result = new FlushResult(_cancelled, isCompleted: _failure is null);
        _cancelled = false;
        return new(result);
    }

    /// <summary>Tells what is known by now, or waits until something is.</summary>
    private ValueTask<FlushResult> TellOrWait(long target, bool isSend, CancellationToken cancellationToken)
    {
        ValueTask<FlushResult> pending = default;
        FlushResult result;
        Exception? failure;
        bool isKnown, isTorn;
        lock (_lock)
        {
            _writing = false;
            if (_wait is not null)
                (_wait.Target, _wait.IsSend) = (target, isSend);
            isKnown = Take(target, isSend, out result, out failure, out isTorn);
            if (!isKnown)
            {
                var wait = NeedWait();
                (wait.Target, wait.IsSend) = (target, isSend);
                pending = wait.Begin(cancellationToken);
            }
        }

        if (isTorn)
            _connection.Abort(failure);
        if (isKnown)
            return failure is null ? new(result) : ValueTask.FromException<FlushResult>(failure);
        _wait!.Link(cancellationToken);
        return pending;
    }

    /// <summary>What a flush or a send would say now, under the lock; false when it must wait.</summary>
    private bool Take(long target, bool isSend, out FlushResult result, out Exception? failure, out bool isTorn)
    {
        (result, failure, isTorn) = (default, null, false);
        var shows = _cancelled && (!isSend || (BytesSent < target && !_stopped));
        if (shows)
        {
            _cancelled = false;
            if (_wait is not null)
                GiveUp(_wait);
            isTorn = isSend && _torn;
            if (isSend)
                failure = CancelledSend();
            else
                result = new FlushResult(isCanceled: true, isCompleted: false);
            return true;
        }

        // Every byte of it has gone: what became of the connection since changes nothing of that.
        if (BytesSent >= target)
            return true;
        failure = _failure;
        result = new FlushResult(isCanceled: false, isCompleted: _stopped);
        return _stopped;
    }

    private void Wake(bool inline)
    {
        FlushResult result;
        Exception? failure;
        bool isTorn;
        lock (_lock)
        {
            if (_wait is not { IsWaiting: true } || !Take(_wait.Target, _wait.IsSend, out result, out failure, out isTorn))
                return;
            _wait.End();
        }

        if (isTorn)
            _connection.Abort(failure);
        _wait.Set(result, failure, inline);
    }

    private static OperationCanceledException CancelledSend() => new("The send was cancelled by CancelPendingFlush.");
}

using System.IO.Pipelines;

namespace Net.Async.Testing;

/// <summary>What a write is told: that the peer's side has taken every byte, or why not.</summary>
internal sealed partial class MemoryWriter
{
    // Under the lock.
    private (Waiting Waiting, bool Pump) Begin(bool isSend)
    {
        _waiting = new Waiting(BytesWritten, BytesWritten + _staged.Count, isSend);
        return (_waiting, ClaimPump());
    }

    private async ValueTask<FlushResult> GoAsync(Waiting waiting, bool pump, CancellationToken cancellationToken)
    {
        if (pump)
            _ = PumpAsync();
        Wake();
        var registration = cancellationToken.UnsafeRegister(_ => Cancel(waiting, cancellationToken), null);
        try
        {
            return await waiting.Told.Task.ConfigureAwait(false);
        }
        finally
        {
            registration.Unregister();
        }
    }

    private void Cancel(Waiting waiting, CancellationToken cancellationToken)
    {
        bool isTorn;
        lock (_lock)
        {
            // Every byte has gone, and it is about to be told so.
            if (_waiting != waiting || BytesWritten >= waiting.Target)
                return;
            isTorn = GiveUp(waiting);
            _waiting = null;
        }

        if (isTorn)
            connection.Abort(new OperationCanceledException(cancellationToken));
        waiting.Told.TrySetCanceled(cancellationToken);
    }

    // Under the lock. What was written goes out all the same; a send goes no further, and one that has begun ends the connection.
    private bool GiveUp(Waiting waiting)
    {
        if (!waiting.IsSend)
            return false;
        Unstage();
        return _torn = BytesWritten > waiting.Start;
    }

    // Under the lock: a call that came too late for anything of it to be taken.
    private ValueTask<FlushResult> TellOver()
    {
        _dropped = false;
        if (FailureOrNull is { } failure && !_cancelled)
            return ValueTask.FromException<FlushResult>(failure);
        var result = new FlushResult(_cancelled, isCompleted: true);
        _cancelled = false;
        return new(result);
    }

    private void Wake()
    {
        FlushResult result = default;
        Exception? failure = null;
        Waiting? waiting;
        var isTorn = false;
        lock (_lock)
        {
            waiting = _waiting;
            if (waiting is null)
                return;
            if (_cancelled && (!waiting.IsSend || (BytesWritten < waiting.Target && !_stopped)))
            {
                _cancelled = false;
                isTorn = GiveUp(waiting);
                (result, failure) = (new FlushResult(isCanceled: true, isCompleted: false), waiting.IsSend ? CancelledSend() : null);
            }
            else if (BytesWritten < waiting.Target)
            {
                if (!_stopped && !_readerGone)
                    return;
                (result, failure) = (new FlushResult(isCanceled: false, isCompleted: true), FailureOrNull);
            }

            _waiting = null;
        }

        if (isTorn)
            connection.Abort(failure);
        if (failure is null)
            waiting.Told.TrySetResult(result);
        else
            waiting.Told.TrySetException(failure);
    }

    private ConnectionException? FailureOrNull => connection.CloseReason is { Error: not null } ? connection.Failure : null;

    private static OperationCanceledException CancelledSend() => new("The send was cancelled by CancelPendingFlush.");

    /// <summary>A write or a flush that is under way: it is done once so many bytes have gone.</summary>
    private sealed record Waiting(long Start, long Target, bool IsSend)
    {
        public TaskCompletionSource<FlushResult> Told { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

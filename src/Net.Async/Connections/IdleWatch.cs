namespace Net.Async;

/// <summary>Notices that no byte has moved for a while, tells it once, and waits for the next idle period.</summary>
/// <param name="queue">The clock.</param>
/// <param name="failure">What a wait throws once the connection has ended; null while it is open.</param>
/// <remarks>A byte costs one time stamp. The timer is set only while a caller waits, and checks the stamp when it fires.</remarks>
internal sealed class IdleWatch(TimerQueue queue, Func<ConnectionException?> failure) : TimerEntry
{
    private readonly Lock _lock = new();
    private readonly List<TaskCompletionSource> _waiting = [];
    private TimeSpan? _timeout;
    private long _lastByte = queue.Now;
    private long _toldOf = long.MinValue; // the last byte before the period that was reported

    /// <summary>Setting it begins a new period.</summary>
    public TimeSpan? Timeout
    {
        get
        {
            lock (_lock)
                return _timeout;
        }

        set
        {
            lock (_lock)
            {
                _timeout = value;
                _toldOf = long.MinValue;
                OnByte();
                ArmIfAwaitedLocked();
            }
        }
    }

    public void OnByte() => Volatile.Write(ref _lastByte, queue.Now);

    public Task WaitAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource waiter;
        lock (_lock)
        {
            if (_timeout is null)
                throw new InvalidOperationException($"{nameof(ConnectionOptions.IdlePeriod)} is not set: there is no idleness to wait for.");
            if (cancellationToken.IsCancellationRequested)
                return Task.FromCanceled(cancellationToken);
            if (failure() is { } ended)
                return Task.FromException(ended);
            if (ReportIfIdleLocked())
                return Task.CompletedTask;
            waiter = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add(waiter);
            ArmIfAwaitedLocked();
        }

        return cancellationToken.CanBeCanceled ? WaitAsync(waiter, cancellationToken) : waiter.Task;
    }

    public override void OnElapsed()
    {
        lock (_lock)
        {
            if (_waiting.Count == 0)
                return;
            if (failure() is { } ended)
                FailLocked(ended);
            else if (ReportIfIdleLocked())
                ReportLocked();
            else
                ArmIfAwaitedLocked();
        }
    }

    /// <summary>The connection has ended.</summary>
    public void End()
    {
        lock (_lock)
        {
            if (failure() is { } ended)
                FailLocked(ended);
        }

        queue.Remove(this);
    }

    private bool ReportIfIdleLocked()
    {
        var lastByte = Volatile.Read(ref _lastByte);
        if (_timeout is not { } timeout || lastByte == _toldOf || queue.Now < queue.After(lastByte, timeout))
            return false;
        _toldOf = lastByte;
        return true;
    }

    private void ArmIfAwaitedLocked()
    {
        if (_waiting.Count == 0 || _timeout is not { } timeout)
            return;
        var lastByte = Volatile.Read(ref _lastByte);
        // The byte that ends a reported period raises no event: it is looked for within one time-out, before the next period can be over.
        queue.Set(this, queue.After(lastByte == _toldOf ? queue.Now : lastByte, timeout));
    }

    private async Task WaitAsync(TaskCompletionSource waiter, CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister((_, token) => Leave(waiter, token), null);
        await waiter.Task.ConfigureAwait(false);
    }

    // Under the lock, like the report: a period is reported to a caller that still waits, or kept.
    private void Leave(TaskCompletionSource waiter, CancellationToken token)
    {
        lock (_lock)
        {
            if (_waiting.Remove(waiter))
                waiter.SetCanceled(token);
        }
    }

    private void ReportLocked()
    {
        foreach (var waiter in _waiting)
            waiter.SetResult();
        _waiting.Clear();
    }

    private void FailLocked(ConnectionException failure)
    {
        foreach (var waiter in _waiting)
        {
            waiter.SetException(failure);
            // The caller that waited may have gone.
            _ = waiter.Task.Exception;
        }

        _waiting.Clear();
    }
}

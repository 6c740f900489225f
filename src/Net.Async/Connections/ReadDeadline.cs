using System.IO.Pipelines;

namespace Net.Async;

/// <summary>The time limit of a read. Its timer is set by the first read that waits; when it fires, it looks how long the present read has waited.</summary>
/// <param name="lifetime">The connection, for its clock and the error.</param>
/// <param name="wait">The pending read.</param>
/// <param name="gate">The lock of the pipe, which guards the wait.</param>
internal sealed class ReadDeadline(ConnectionLifetime lifetime, PipeWait<ReadResult> wait, object gate) : TimerEntry
{
    private readonly TimerQueue _queue = TimerQueue.Of(lifetime.Options.TimeProvider);
    private TimeSpan? _timeout;
    private TimeSpan? _limit; // of the present read: what the time-out was when it began
    private long _limitEnds;
    private long? _due;       // when the timer fires; null while it is not set

    /// <summary>How long a read may wait; null is without a limit. A change counts from the next read on.</summary>
    public TimeSpan? Timeout
    {
        get
        {
            lock (gate)
                return _timeout;
        }

        set
        {
            lock (gate)
                _timeout = value;
        }
    }

    /// <summary>A read begins to wait. Under the lock.</summary>
    public void BeginLocked()
    {
        _limit = _timeout;
        if (_limit is not { } limit)
            return;
        _limitEnds = _queue.After(_queue.Now, limit);
        if (_due is null || _limitEnds < _due)
            SetLocked();
    }

    public void Remove() => _queue.Remove(this);

    public override void OnElapsed()
    {
        Exception failure;
        lock (gate)
        {
            _due = null;
            if (!wait.IsWaiting || _limit is not { } limit)
                return;
            if (_queue.Now < _limitEnds)
            {
                SetLocked();
                return;
            }

            // The wait on the transport stays parked, as after a cancel: the next read takes it over.
            wait.End();
            failure = lifetime.ReadTimedOut(limit);
        }

        wait.Set(default, failure, inline: false);
    }

    private void SetLocked()
    {
        _due = _limitEnds;
        _queue.Set(this, _limitEnds);
    }
}

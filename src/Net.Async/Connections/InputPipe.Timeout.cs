namespace Net.Async;

/// <summary>The time limit of a read. Its alarm is set by the first read that waits, and when it rings it looks how long the present one has waited.</summary>
internal sealed partial class InputPipe
{
    private ReadAlarm? _alarm;
    private TimeSpan? _timeout;
    private TimeSpan? _limit; // of the present wait: what the time-out was when it began
    private long _limitEnds;

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
                _timeout = value;
        }
    }

    // Under the lock, when a wait begins.
    private void LimitWait()
    {
        _limit = _timeout;
        if (_limit is not { } limit)
            return;
        _alarm ??= new ReadAlarm(this, TimerQueue.Of(_options.TimeProvider));
        _limitEnds = _alarm.Queue.After(_alarm.Queue.Now, limit);
        if (!_alarm.IsSet || _limitEnds < _alarm.Due)
            _alarm.Set(_limitEnds);
    }

    private void OnAlarm(ReadAlarm alarm)
    {
        Exception failure;
        lock (_lock)
        {
            alarm.IsSet = false;
            if (!_wait.IsWaiting || _limit is not { } limit)
                return;
            if (alarm.Queue.Now < _limitEnds)
            {
                alarm.Set(_limitEnds);
                return;
            }

            // The wait on the kernel stays parked, as after a cancel: the next read takes it over.
            _wait.End();
            failure = _connection.ReadTimedOut(limit);
        }

        _wait.Set(default, failure, inline: false);
    }

    private sealed class ReadAlarm(InputPipe pipe, TimerQueue queue) : TimerEntry
    {
        public TimerQueue Queue => queue;

        public bool IsSet { get; set; }

        public void Set(long due)
        {
            IsSet = true;
            queue.Set(this, due);
        }

        public override void OnElapsed() => pipe.OnAlarm(this);
    }
}

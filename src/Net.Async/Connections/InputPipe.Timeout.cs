namespace Net.Async;

/// <summary>The time limit of a read. Its alarm is set by the first read that waits, and when it rings it looks how long the present one has waited.</summary>
internal sealed partial class InputPipe
{
    private ReadAlarm? _alarm;
    private TimeSpan? _timeout;
    private long _waitsSince;

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
        if (_timeout is not { } timeout)
            return;
        _alarm ??= new ReadAlarm(this, Alarms.Of(_options.TimeProvider));
        _waitsSince = _alarm.Alarms.Now;
        if (!_alarm.IsSet)
            _alarm.Set(_alarm.Alarms.After(_waitsSince, timeout));
    }

    private void OnAlarm(ReadAlarm alarm)
    {
        Exception failure;
        lock (_lock)
        {
            alarm.IsSet = false;
            if (!_wait.IsWaiting || _timeout is not { } timeout)
                return;
            var due = alarm.Alarms.After(_waitsSince, timeout);
            if (alarm.Alarms.Now < due)
            {
                alarm.Set(due);
                return;
            }

            // The wait on the kernel stays parked, as after a cancel: the next read takes it over.
            _wait.End();
            failure = _connection.ReadTimedOut(timeout);
        }

        _wait.Set(default, failure, inline: false);
    }

    private sealed class ReadAlarm(InputPipe pipe, Alarms alarms) : Alarm
    {
        public Alarms Alarms => alarms;

        public bool IsSet { get; set; }

        public void Set(long due)
        {
            IsSet = true;
            alarms.Set(this, due);
        }

        public override void OnDue() => pipe.OnAlarm(this);
    }
}

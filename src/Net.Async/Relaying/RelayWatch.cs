namespace Net.Async;

/// <summary>Notices that no byte has moved for a while, once. It looks at the count when it is due, and costs nothing for each byte.</summary>
internal sealed class RelayWatch(TimerQueue queue, TimeSpan limit, Func<long> moved, Action onIdle) : TimerEntry, IThreadPoolWorkItem
{
    // Idleness counts from the look that noticed the last byte: so much of the limit is the most that it may be late.
    private const int Looks = 8;

    private readonly Lock _lock = new();
    private long _last;
    private long _since;
    private bool _isOver;

    public void Start()
    {
        (_last, _since) = (moved(), queue.Now);
        queue.Set(this, limit / Looks);
    }

    public void Stop()
    {
        lock (_lock)
            _isOver = true;
        queue.Remove(this);
    }

    /// <summary>Looks. An abort runs code of users: that is for the thread pool.</summary>
    public override void OnElapsed()
    {
        var (now, count) = (queue.Now, moved());
        if (count != _last)
            (_last, _since) = (count, now);
        lock (_lock)
        {
            if (_isOver)
                return;
            _isOver = now >= queue.After(_since, limit);
            if (!_isOver)
            {
                queue.Set(this, Math.Min(queue.After(now, limit / Looks), queue.After(_since, limit)));
                return;
            }
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute() => onIdle();
}

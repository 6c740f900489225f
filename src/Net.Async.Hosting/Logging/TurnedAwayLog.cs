namespace Net.Async;

/// <summary>Counts clients that were turned away, and logs the counts at most once in ten seconds: a flood of clients must not be a flood of messages.</summary>
internal sealed class TurnedAwayLog(ServerLog log, TimeProvider time)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private long _denied;
    private long _dropped;
    private long _failed;
    private long? _written;

    public void AddDenied() => Add(ref _denied);

    public void AddDropped() => Add(ref _dropped);

    public void AddFailedUpgrade() => Add(ref _failed);

    /// <summary>Logs what was counted and not logged yet.</summary>
    public void Flush()
    {
        (long Denied, long Dropped, long Failed) counts;
        lock (_lock)
            counts = TakeLocked();
        Write(counts);
    }

    private void Add(ref long count)
    {
        (long, long, long) counts;
        lock (_lock)
        {
            count++;
            if (_written is { } written && time.GetElapsedTime(written) < s_pause)
                return;
            counts = TakeLocked();
        }

        Write(counts);
    }

    private (long Denied, long Dropped, long Failed) TakeLocked()
    {
        var counts = (_denied, _dropped, _failed);
        (_denied, _dropped, _failed) = (0, 0, 0);
        _written = time.GetTimestamp();
        return counts;
    }

    private void Write((long Denied, long Dropped, long Failed) counts)
    {
        if (counts != default)
            log.TurnedAway(counts.Denied, counts.Dropped, counts.Failed);
    }
}

namespace Net.Async;

/// <summary>How many bytes have moved in how much time of waiting. Guarded by its owner's lock, part of it, and never copied.</summary>
/// <remarks>Only waiting counts: what the owner does between two waits is not the peer's fault.</remarks>
internal struct WaitPace
{
    private long? _begun;
    private long _from;

    /// <summary>Whether waits are summed up.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>The sum of the waits that are over, in units of the clock.</summary>
    public long Waited { get; private set; }

    /// <summary>Whether a wait is under way.</summary>
    public readonly bool IsWaiting => _begun is not null;

    /// <summary>A wait begins.</summary>
    /// <param name="now">A time stamp.</param>
    /// <param name="position">The count of bytes so far; the first wait of a sum begins to count there.</param>
    public void Begin(long now, long position)
    {
        if (!IsOpen)
            (IsOpen, Waited, _from) = (true, 0, position);
        _begun = now;
    }

    /// <summary>The wait is over, if there is one.</summary>
    public void End(long now)
    {
        if (_begun is { } begun)
            Waited += now - begun;
        _begun = null;
    }

    /// <summary>The next wait begins a new sum.</summary>
    public void Close() => IsOpen = false;

    /// <summary>When the wait that is under way falls below the rate, if no more bytes move.</summary>
    /// <returns>A time stamp that is not later than now when it has; <see cref="long.MaxValue"/> while there is no wait.</returns>
    public readonly long DueOf(MinDataRate rate, long now, long position, TimerQueue clock)
    {
        if (_begun is not { } begun)
            return long.MaxValue;
        var waited = Waited + now - begun;
        // A day is the longest that any limit lasts.
        var earned = TimeSpan.FromSeconds(Math.Min((position - _from) / (double)rate.BytesPerSecond, TimeSpan.SecondsPerDay));
        // At the end of what was earned the average is the rate itself, which is enough.
        var allowed = earned < rate.GracePeriod ? clock.After(0, rate.GracePeriod) : clock.After(0, earned) + 1;
        return now + allowed - waited;
    }
}

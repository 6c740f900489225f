namespace Net.Async;

/// <summary>What the monitor knows of one loop from tick to tick; takes the loop over when its thread stalls.</summary>
internal sealed class StallDetector(ReactorLoop loop)
{
    private long _seen;
    private int _times;
    private long _cpuTime;

    public long Takeovers { get; private set; }

    public bool IsAsleep => loop.IsAsleep;

    /// <summary>One tick's look; false when the loop sleeps.</summary>
    public bool Look()
    {
        var stamp = loop.Ownership.Stamp;
        if (stamp == 0 || stamp != _seen)
        {
            (_seen, _times) = (stamp, 0);
            return !loop.IsAsleep;
        }

        if (++_times == 1 && IsJustWaitingForProcessor(first: true))
            return true;
        if (_times == 1 || !IsJustWaitingForProcessor(first: false))
            TakeOver(stamp);
        return true;
    }

    // The first suspicion notes what the thread has used; the later ones ask whether it has used more.
    private bool IsJustWaitingForProcessor(bool first)
    {
        if (!ThreadTimes.TryRead(loop.Ownership.ThreadId, out var isBlocked, out var cpuTime))
            return first;
        var used = cpuTime - _cpuTime;
        if (first)
            _cpuTime = cpuTime;
        return !isBlocked && (first || used < ThreadTimes.EnoughToBeBusy);
    }

    private void TakeOver(long stamp)
    {
        if (SpareThreads.Rent() is not { } thread)
            return;
        if (!loop.Ownership.TryTake(stamp, out var stalled))
        {
            // Its run has ended in the last moment.
            SpareThreads.Park(thread);
            return;
        }

        (_seen, _times) = (0, 0);
        Takeovers++;
        stalled?.OnStalled();
        thread.Take(loop);
    }
}

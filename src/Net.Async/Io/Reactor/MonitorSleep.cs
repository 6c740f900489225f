namespace Net.Async;

/// <summary>The monitor's sleep while every loop sleeps. A loop that becomes busy ends it.</summary>
internal sealed class MonitorSleep
{
    private readonly object _gate = new();
    private int _isAsleep;

    /// <summary>A loop has something to do.</summary>
    public void OnBusy()
    {
        if (Volatile.Read(ref _isAsleep) == 0 || Interlocked.Exchange(ref _isAsleep, 0) == 0)
            return;
        lock (_gate)
            Monitor.Pulse(_gate);
    }

    /// <summary>Says that the monitor sleeps, with a full fence: a loop that wakes up after it sees that, one that woke before is seen by the look that follows.</summary>
    public void Begin() => Interlocked.Exchange(ref _isAsleep, 1);

    /// <summary>A loop is awake after all.</summary>
    public void Cancel() => Volatile.Write(ref _isAsleep, 0);

    /// <summary>Waits for the next tick.</summary>
    public void WaitForTick(int milliseconds)
    {
        lock (_gate)
            Monitor.Wait(_gate, milliseconds);
    }

    /// <summary>Sleeps until a loop is busy.</summary>
    public void WaitUntilBusy()
    {
        lock (_gate)
        {
            while (Volatile.Read(ref _isAsleep) != 0)
                Monitor.Wait(_gate);
        }
    }
}

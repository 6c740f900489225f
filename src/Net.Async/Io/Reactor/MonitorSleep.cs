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

    /// <summary>Waits for the next tick, for which nothing has to wake it: a third of the processor time of a wait on the gate.</summary>
    public static unsafe void WaitForTick(int milliseconds) => _ = LibC.Poll(null, 0, milliseconds);

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

namespace Net.Async;

/// <summary>Ticks while loops work, and takes a loop from a thread that stands in somebody's code for two ticks. Sleeps while the loops do.</summary>
/// <remarks>
/// A thread that waits in the kernel, and one that has burnt a tick's processor time, stand still. One that was ready and did not get a processor does not:
/// on a crowded machine another thread would not get it either.
/// </remarks>
internal sealed class LoopMonitor
{
    private const int TickMilliseconds = 2, IdleTicks = 4;

    private readonly object _gate = new();
    private readonly Lock _lock = new();
    private LoopWatch[] _watches = [];
    private int _sleeping;

    private LoopMonitor()
    {
    }

    public static LoopMonitor Current { get; } = new();

    /// <summary>Loops that were taken over so far.</summary>
    public long Takeovers => Volatile.Read(ref _watches).Sum(static watch => watch.Takeovers);

    /// <summary>Watches a loop from here on; false when the system has no thread for it.</summary>
    public bool TryAdd(ReactorLoop loop)
    {
        lock (_lock)
        {
            if (_watches.Length == 0 && !BackgroundThread.TryStart(Run, ".NET Net.Async monitor"))
                return false;
            Volatile.Write(ref _watches, [.. _watches, new LoopWatch(loop)]);
            return true;
        }
    }

    /// <summary>A loop has something to do.</summary>
    public void OnBusy()
    {
        if (Volatile.Read(ref _sleeping) != 0 && Interlocked.Exchange(ref _sleeping, 0) != 0)
            Awake();
    }

    private void Run()
    {
        var idle = 0;
        while (true)
        {
            Wait(forTick: idle < IdleTicks || !TrySleep());
            idle = LookAtAll() ? 0 : idle + 1;
        }
    }

    private void Wait(bool forTick)
    {
        lock (_gate)
        {
            if (forTick)
                Monitor.Wait(_gate, TickMilliseconds);
            while (Volatile.Read(ref _sleeping) != 0)
                Monitor.Wait(_gate);
        }
    }

    private void Awake()
    {
        lock (_gate)
            Monitor.Pulse(_gate);
    }

    private bool LookAtAll()
    {
        var busy = false;
        foreach (var watch in Volatile.Read(ref _watches))
            busy |= watch.Look();
        return busy;
    }

    // A full fence between the word and the look: a loop that wakes up after it sees the word, one that woke before is seen.
    private bool TrySleep()
    {
        Interlocked.Exchange(ref _sleeping, 1);
        foreach (var watch in Volatile.Read(ref _watches))
        {
            if (watch.IsAsleep)
                continue;
            Volatile.Write(ref _sleeping, 0);
            return false;
        }

        return true;
    }
}

namespace Net.Async;

/// <summary>Ticks while loops work, and takes a loop from a thread that stalls in a continuation for two ticks. Sleeps while the loops do.</summary>
/// <remarks>
/// A thread that waits in the kernel, and one that has burnt a tick's processor time, has stalled. One that was ready and did not get a processor has not:
/// on a crowded machine another thread would not get it either.
/// </remarks>
internal sealed class LoopMonitor
{
    private const int TickMilliseconds = 2, IdleTicks = 4;

    private readonly Lock _lock = new();
    private StallDetector[] _detectors = [];

    private LoopMonitor()
    {
    }

    public static LoopMonitor Current { get; } = new();

    /// <summary>What a loop ends when it becomes busy.</summary>
    public MonitorSleep Sleep { get; } = new();

    /// <summary>Loops that were taken over so far.</summary>
    public long Takeovers => Volatile.Read(ref _detectors).Sum(static detector => detector.Takeovers);

    /// <summary>Looks at a loop from here on; false when the system has no thread for it.</summary>
    public bool TryAdd(ReactorLoop loop)
    {
        lock (_lock)
        {
            if (_detectors.Length == 0 && !BackgroundThread.TryStart(Run, ".NET Net.Async monitor"))
                return false;
            Volatile.Write(ref _detectors, [.. _detectors, new StallDetector(loop)]);
            return true;
        }
    }

    private void Run()
    {
        var idle = 0;
        while (true)
        {
            if (idle >= IdleTicks && TryBeginSleep())
                Sleep.WaitUntilBusy();
            else
                Sleep.WaitForTick(TickMilliseconds);
            idle = LookAtAll() ? 0 : idle + 1;
        }
    }

    private bool LookAtAll()
    {
        var busy = false;
        foreach (var detector in Volatile.Read(ref _detectors))
            busy |= detector.Look();
        return busy;
    }

    private bool TryBeginSleep()
    {
        Sleep.Begin();
        foreach (var detector in Volatile.Read(ref _detectors))
        {
            if (detector.IsAsleep)
                continue;
            Sleep.Cancel();
            return false;
        }

        return true;
    }
}

namespace Net.Async;

/// <summary>Who owns a loop while a continuation runs: its thread and the monitor ask for one stamp with one compare-and-swap, and one of them gets it.</summary>
/// <remarks>A stamp is never the same twice: a monitor that slept cannot take this run for an earlier one.</remarks>
internal sealed class LoopOwnership
{
    private long _stamp;
    private long _lastStamp;
    private IEventSource? _running;
    private int _threadId;

    /// <summary>The stamp of the run now; 0 when none runs.</summary>
    public long Stamp => Volatile.Read(ref _stamp);

    /// <summary>The kernel's number of the thread that runs the loop.</summary>
    public int ThreadId => Volatile.Read(ref _threadId);

    /// <summary>This thread runs the loop from here on.</summary>
    public void Enter() => Volatile.Write(ref _threadId, LibC.ThreadId());

    /// <summary>A run begins.</summary>
    /// <param name="source">The source to demote when it stalls; null for none.</param>
    public long Begin(IEventSource? source)
    {
        _running = source;
        var stamp = ++_lastStamp;
        Volatile.Write(ref _stamp, stamp);
        return stamp;
    }

    /// <summary>The run has ended.</summary>
    /// <returns>False when the loop was taken over meanwhile: the thread must leave it.</returns>
    public bool TryEnd(long stamp) => Interlocked.CompareExchange(ref _stamp, 0, stamp) == stamp;

    /// <summary>The monitor takes the loop from a thread that stalls.</summary>
    /// <param name="stamp">The stamp that was seen for too long.</param>
    /// <param name="stalled">Whose code it is; null when it is no source's.</param>
    public bool TryTake(long stamp, out IEventSource? stalled)
    {
        var taken = TryEnd(stamp);
        stalled = taken ? _running : null;
        return taken;
    }
}

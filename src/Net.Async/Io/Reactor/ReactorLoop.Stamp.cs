namespace Net.Async;

/// <summary>Who owns the loop while somebody's code runs: its thread and the monitor ask for one stamp with one compare-and-swap, and one of them gets it.</summary>
internal sealed partial class ReactorLoop
{
    // What one turn may take without waiting: after that, whoever goes on reading goes through the queue.
    private const int TurnsBudget = 16;

    [ThreadStatic]
    private static int t_budget;

    private long _stamp;
    private long _lastStamp;
    private IEventSource? _running;
    private int _threadId;

    /// <summary>Whether the turn has had enough completions without a wait. Never on threads that run no loop.</summary>
    public static bool IsTurnSpent => t_budget == 1;

    /// <summary>The stamp of the code that runs now; 0 when none does.</summary>
    public long Stamp => Volatile.Read(ref _stamp);

    /// <summary>The kernel's number of the thread that runs the loop.</summary>
    public int ThreadId => Volatile.Read(ref _threadId);

    /// <summary>The monitor takes the loop from a thread that stands in somebody's code.</summary>
    /// <param name="stamp">The stamp that was seen for too long.</param>
    /// <param name="stalled">Whose code it is; null when that is nobody's in particular.</param>
    public bool TryTake(long stamp, out IEventSource? stalled)
    {
        var taken = Interlocked.CompareExchange(ref _stamp, 0, stamp) == stamp;
        stalled = taken ? _running : null;
        return taken;
    }

    /// <summary>Counts one completion without a wait; true when that was enough for this turn.</summary>
    public static bool CountsTurn() => t_budget > 1 ? --t_budget == 1 : t_budget == 1;

    private bool RunStamped(IThreadPoolWorkItem work, IEventSource? owner)
    {
        _running = owner;
        // A stamp is never the same twice: a monitor that slept cannot take this run for an earlier one.
        var stamp = ++_lastStamp;
        Volatile.Write(ref _stamp, stamp);
        t_budget = TurnsBudget;
        RunGuarded(work);
        if (SynchronizationContext.Current is not null)
            SynchronizationContext.SetSynchronizationContext(null);
        return Interlocked.CompareExchange(ref _stamp, 0, stamp) == stamp;
    }

    // A continuation of somebody's that throws ends no loop and no process, and nobody else's connection.
    private static void RunGuarded(IThreadPoolWorkItem work)
    {
        try
        {
            work.Execute();
        }
        catch (Exception exception)
        {
            NetAsyncEventSource.Log.CallbackFailed(exception.ToString());
        }
    }
}

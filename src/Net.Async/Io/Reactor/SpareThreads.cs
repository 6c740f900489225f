namespace Net.Async;

/// <summary>The threads that run loops: one each, and spares for those that stall in a continuation. Bounded; idle ones end.</summary>
internal static class SpareThreads
{
    /// <summary>How many may stall at a time: at least so many, and two for each loop.</summary>
    public const int MinStalledThreads = 32;

    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(1);
    private static readonly Lock s_lock = new();
    private static readonly Stack<LoopThread> s_parked = new();
    private static int s_threads;
    private static int s_loops;
    private static volatile bool s_scarce;

    /// <summary>So many threads have stalled that the others must not: continuations go to the thread pool until some return.</summary>
    public static bool IsExhausted => s_scarce;

    /// <summary>Threads there are, loops' own ones included.</summary>
    public static int Count
    {
        get
        {
            lock (s_lock)
                return s_threads;
        }
    }

    /// <summary>Gives a new loop its thread; false when the system has none.</summary>
    public static bool TryStart(ReactorLoop loop)
    {
        if (LoopThread.TryNew() is not { } thread)
            return false;
        lock (s_lock)
        {
            s_loops++;
            s_threads++;
        }

        thread.Take(loop);
        return true;
    }

    /// <summary>Takes a thread out for a loop whose own one has stalled; null when there is none left, here or in the system.</summary>
    public static LoopThread? Rent()
    {
        lock (s_lock)
        {
            if (s_parked.TryPop(out var parked))
            {
                UpdatePressureLocked();
                return parked;
            }

            if (s_threads >= MostThreads)
                return null;
            s_threads++;
            UpdatePressureLocked();
        }

        if (LoopThread.TryNew() is { } thread)
            return thread;
        lock (s_lock)
        {
            s_threads--;
            UpdatePressureLocked();
        }

        return null;
    }

    /// <summary>The thread has no loop, or was not needed after all: it waits here for one.</summary>
    public static void Park(LoopThread thread)
    {
        lock (s_lock)
        {
            s_parked.Push(thread);
            UpdatePressureLocked();
        }
    }

    /// <summary>The thread has waited for long; true when it may end.</summary>
    public static bool TryEnd(LoopThread thread)
    {
        lock (s_lock)
        {
            // The oldest ends first, and one stays: a stall is taken over without a new thread.
            if (s_parked.Count <= 1 || !s_parked.Contains(thread))
                return false;
            var others = s_parked.Where(other => other != thread).Reverse().ToArray();
            s_parked.Clear();
            foreach (var other in others)
                s_parked.Push(other);
            s_threads--;
            UpdatePressureLocked();
            return true;
        }
    }

    public static TimeSpan Idle => s_idle;

    /// <summary>Threads there can be, the loops' own ones included.</summary>
    public static int MostThreads => s_loops + Math.Max(MinStalledThreads, 2 * s_loops);

    // One for each loop is kept back: a loop that dispatches to the pool only needs no more, and can always be taken once.
    private static void UpdatePressureLocked() => s_scarce = MostThreads - s_threads + s_parked.Count < s_loops;
}

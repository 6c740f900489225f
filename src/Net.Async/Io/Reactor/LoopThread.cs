namespace Net.Async;

/// <summary>A thread that waits for a loop, and runs it until it is taken away.</summary>
internal sealed class LoopThread
{
    public const string Name = ".NET Net.Async loop";

    [ThreadStatic]
    private static bool t_isCurrent;

    private readonly object _gate = new();
    private ReactorLoop? _loop;

    private LoopThread()
    {
    }

    /// <summary>Whether the calling thread is one that runs loops.</summary>
    public static bool IsCurrent => t_isCurrent;

    /// <summary>Starts one; null when the system has none to give.</summary>
    public static LoopThread? TryNew()
    {
        var thread = new LoopThread();
        return BackgroundThread.TryStart(thread.Run, Name) ? thread : null;
    }

    /// <summary>Gives it a loop whose former thread has stalled.</summary>
    public void Take(ReactorLoop loop)
    {
        lock (_gate)
        {
            _loop = loop;
            Monitor.Pulse(_gate);
        }
    }

    private void Run()
    {
        t_isCurrent = true;
        while (WaitForLoop() is { } loop)
        {
            loop.Run();
            SpareThreads.Park(this);
        }
    }

    // Null when it has waited for long, and may end.
    private ReactorLoop? WaitForLoop()
    {
        lock (_gate)
        {
            while (_loop is null)
            {
                if (!Monitor.Wait(_gate, SpareThreads.Idle) && _loop is null && SpareThreads.TryEnd(this))
                    return null;
            }

            var loop = _loop;
            _loop = null;
            return loop;
        }
    }
}

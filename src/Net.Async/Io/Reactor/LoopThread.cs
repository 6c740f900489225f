namespace Net.Async;

/// <summary>A thread that runs a loop until it is taken away, then waits for another.</summary>
internal sealed class LoopThread
{
    private readonly object _gate = new();
    private ReactorLoop? _loop;

    public bool IsStarted { get; private set; }

    /// <summary>Gives it a loop whose former thread stands still.</summary>
    public void Start(ReactorLoop loop)
    {
        lock (_gate)
        {
            _loop = loop;
            Monitor.Pulse(_gate);
        }

        if (IsStarted)
            return;
        IsStarted = true;
        // It carries nobody's execution context, and holds no process.
        new Thread(Run) { IsBackground = true, Name = ".NET Net.Async loop" }.UnsafeStart();
    }

    private void Run()
    {
        do
        {
            var loop = _loop!;
            _loop = null;
            loop.Run();
            SpareThreads.Park(this);
        }
        while (WaitForLoop());
    }

    // False when it has waited for long, and may end.
    private bool WaitForLoop()
    {
        lock (_gate)
        {
            while (_loop is null)
            {
                if (!Monitor.Wait(_gate, SpareThreads.Idle) && _loop is null && SpareThreads.TryEnd(this))
                    return false;
            }

            return true;
        }
    }
}

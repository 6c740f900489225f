namespace Net.Async;

/// <summary>What the loop's thread does: events one by one, then the queue, then the kernel.</summary>
internal sealed partial class ReactorLoop
{
    // How far the run has come. A thread that takes the loop over continues here.
    private int _events;
    private int _next;
    private int _left;

    /// <summary>Runs, from where the last thread had got to, until the loop is taken over while this thread stalls in a continuation.</summary>
    public void Run()
    {
        Ownership.Enter();
        while (RunEvents() && RunQueue())
            Poll();
    }

    private void Poll()
    {
        _next = _events = 0;
        if (!_queue.IsEmpty)
        {
            _events = _epoll.Wait(0);
            return;
        }

        // A full fence: a thread that posts after the look at the queue sees that we sleep.
        Interlocked.Exchange(ref _asleep, 1);
        _events = _epoll.Wait(_queue.IsEmpty ? Timeout.Infinite : 0);
        Interlocked.Exchange(ref _asleep, 0);
        _monitor.OnBusy();
    }

    private bool RunEvents()
    {
        while (_next < _events)
        {
            var mask = _epoll.Mask(_next);
            var source = _registrations.Find(_epoll.Data(_next++));
            if (source?.OnEvent(mask) is { } work && !Start(work, source))
                return false;
        }

        return true;
    }

    // Only what was there at the start: work that is posted meanwhile waits until the kernel was asked.
    private bool RunQueue()
    {
        if (_left == 0)
            _left = _queue.Count;
        while (_left > 0 && _queue.TryDequeue(out var item))
        {
            _left--;
            if (!Start(item.Work, item.Source))
                return false;
        }

        _left = 0;
        return true;
    }

    /// <summary>Runs work, here or on the thread pool.</summary>
    /// <returns>False when the loop was taken over meanwhile: the thread must leave it.</returns>
    private bool Start(IThreadPoolWorkItem work, IEventSource? source)
    {
        if (!SpareThreads.IsExhausted && source is not { GoesToPool: true })
            return RunOwned(work, source);
        ThreadPool.UnsafeQueueUserWorkItem(static work => RunGuarded(work), work, preferLocal: false);
        return true;
    }

    private bool RunOwned(IThreadPoolWorkItem work, IEventSource? source)
    {
        var stamp = Ownership.Begin(source);
        TurnBudget.Refill();
        RunGuarded(work);
        if (SynchronizationContext.Current is not null)
            SynchronizationContext.SetSynchronizationContext(null);
        return Ownership.TryEnd(stamp);
    }

    // A continuation that throws ends no loop and no process, and no other connection.
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

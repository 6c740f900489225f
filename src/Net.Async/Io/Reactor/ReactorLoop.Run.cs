namespace Net.Async;

/// <summary>What the loop's thread does: events one by one, then the queue, then the kernel.</summary>
internal sealed partial class ReactorLoop
{
    // Where the run stands. A thread that takes the loop over continues here.
    private int _events;
    private int _next;
    private int _left;

    /// <summary>Runs, from where the last thread had got to, until the loop is taken over while this thread stalls in a continuation.</summary>
    public void Run()
    {
        Volatile.Write(ref _threadId, LibC.ThreadId());
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
        LoopMonitor.Current.OnBusy();
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
            if (!Start(item.Work, item.Owner))
                return false;
        }

        _left = 0;
        return true;
    }

    /// <summary>Runs work, here or on the thread pool.</summary>
    /// <returns>False when the loop was taken over meanwhile: the thread must leave it.</returns>
    private bool Start(IThreadPoolWorkItem work, IEventSource? owner)
    {
        if (!SpareThreads.AreScarce && owner is not { GoesToPool: true })
            return RunStamped(work, owner);
        ThreadPool.UnsafeQueueUserWorkItem(static work => RunGuarded(work), work, preferLocal: false);
        return true;
    }
}

namespace Net.Async;

/// <summary>One time limit for many connects: the same length for all, so whoever came first is due first, and one timer serves all of them.</summary>
internal sealed class Deadlines(TimeSpan length, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Deadline> _waiting = new();
    private ITimer? _timer;
    private bool _armed;

    /// <summary>Calls when the time is over, unless it is taken back before.</summary>
    public LinkedListNode<Deadline> Add(Action onPassed)
    {
        lock (_lock)
        {
            var deadline = _waiting.AddLast(new Deadline(time.GetTimestamp(), onPassed));
            if (!_armed)
                Arm(length);
            return deadline;
        }
    }

    public void Remove(LinkedListNode<Deadline> deadline)
    {
        lock (_lock)
        {
            // The timer stays as it is: it looks again when it fires.
            if (deadline.List is not null)
                _waiting.Remove(deadline);
        }
    }

    private void OnTimer()
    {
        while (TakePassed() is { } passed)
            // Each on its own: what it ends may have callbacks of users, which must not hold up the others.
            ThreadPool.UnsafeQueueUserWorkItem(static passed => passed.OnPassed(), passed, preferLocal: false);
    }

    private Deadline? TakePassed()
    {
        lock (_lock)
        {
            _armed = false;
            if (_waiting.First is not { } first)
                return null;
            var left = length - time.GetElapsedTime(first.Value.Since);
            if (left > TimeSpan.Zero)
            {
                Arm(left);
                return null;
            }

            _waiting.RemoveFirst();
            return first.Value;
        }
    }

    private void Arm(TimeSpan wait)
    {
        _armed = true;
        // Up to the next millisecond: a timer that fires early would only be set again.
        wait = TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
        if (_timer is not null)
        {
            _timer.Change(wait, Timeout.InfiniteTimeSpan);
            return;
        }

        _timer = time.CreateQuietTimer(static deadlines => ((Deadlines)deadlines!).OnTimer(), this, wait);
    }

    /// <summary>One connect's limit.</summary>
    internal sealed record Deadline(long Since, Action OnPassed);
}

using System.Runtime.CompilerServices;

namespace Net.Async;

/// <summary>All time limits of a clock: a heap of entries and one timer, which is armed for the earliest.</summary>
/// <remarks>
/// Most limits are set and removed, and never reached. So both cost a few steps in a heap and allocate nothing,
/// and the timer is left armed when its entry goes: it looks again when it fires.
/// A limit is never early, and late by less than a millisecond and the timer's own delay.
/// </remarks>
internal sealed class TimerQueue(TimeProvider time)
{
    private static readonly TimerQueue s_system = new(TimeProvider.System);
    private static readonly ConditionalWeakTable<TimeProvider, TimerQueue> s_others = [];

    private readonly Lock _lock = new();
    private readonly TimerHeap _heap = new();
    private ITimer? _timer;
    private long _armedFor = long.MaxValue;

    /// <summary>The queue of a clock. Equal clocks share one.</summary>
    public static TimerQueue Of(TimeProvider time) => ReferenceEquals(time, TimeProvider.System) ? s_system : s_others.GetValue(time, static time => new(time));

    /// <summary>How many entries are due.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _heap.Count;
        }
    }

    public long Now => time.GetTimestamp();

    /// <summary>The time stamp that is a span after another one.</summary>
    public long After(long start, TimeSpan span) => start + (long)Math.Ceiling(span.TotalSeconds * time.TimestampFrequency);

    /// <summary>Makes the entry due at a time stamp, instead of any time it was due at before.</summary>
    public void Set(TimerEntry entry, long due)
    {
        lock (_lock)
            SetLocked(entry, due);
    }

    /// <summary>Makes the entry due at a time stamp, unless it is due before that.</summary>
    public void SetEarlier(TimerEntry entry, long due)
    {
        lock (_lock)
        {
            if (entry.Index == TimerEntry.NotQueued || due < entry.Due)
                SetLocked(entry, due);
        }
    }

    /// <summary>Makes the entry due after a span.</summary>
    public void Set(TimerEntry entry, TimeSpan span) => Set(entry, After(Now, span));

    /// <summary>The entry is not due any more, though its call may have begun.</summary>
    public void Remove(TimerEntry entry)
    {
        lock (_lock)
            _heap.Remove(entry);
    }

    private void OnTimer()
    {
        lock (_lock)
            _armedFor = long.MaxValue;
        // What an entry sets from within its call is due later than now, so this ends.
        var now = Now;
        while (TakeElapsed(now) is { } entry)
            Run(entry);
        lock (_lock)
            ArmLocked();
    }

    private static void Run(TimerEntry entry)
    {
        try
        {
            entry.OnElapsed();
        }
        catch (Exception exception)
        {
            // A user's transport may throw where its name or its end is asked for. The other entries are still due, and the process must not end.
            NetAsyncEventSource.Log.CallbackFailed(exception.ToString());
        }
    }

    private TimerEntry? TakeElapsed(long now)
    {
        lock (_lock)
        {
            if (_heap.First is not { } first || first.Due > now)
                return null;
            _heap.Remove(first);
            return first;
        }
    }

    private void SetLocked(TimerEntry entry, long due)
    {
        _heap.Remove(entry);
        entry.Due = due;
        _heap.Add(entry);
        ArmLocked();
    }

    private void ArmLocked()
    {
        if (_heap.First is not { } first || first.Due >= _armedFor)
            return;
        _armedFor = first.Due;
        // Up to the next millisecond: a timer that fires early would only be set again.
        var wait = TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling(time.GetElapsedTime(Now, first.Due).TotalMilliseconds)));
        if (_timer is not null)
            _timer.Change(wait, Timeout.InfiniteTimeSpan);
        else
            _timer = CreateTimer(wait);
    }

    // The timer serves later callers too, so it takes nothing of the first one's execution context.
    private ITimer CreateTimer(TimeSpan wait)
    {
        using (ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow())
            return time.CreateTimer(static queue => ((TimerQueue)queue!).OnTimer(), this, wait, Timeout.InfiniteTimeSpan);
    }
}

using System.Runtime.CompilerServices;

namespace Net.Async;

/// <summary>One timer of the process for the time limits of all connections, which are set often and hardly ever reached.</summary>
/// <remarks>It fires at most every 10 ms, for whoever is due by then. Every clock has its own.</remarks>
internal sealed class Alarms(TimeProvider time)
{
    private static readonly TimeSpan s_leastGap = TimeSpan.FromMilliseconds(10);
    private static readonly Alarms s_system = new(TimeProvider.System);
    private static readonly ConditionalWeakTable<TimeProvider, Alarms> s_others = [];

    private readonly Lock _lock = new();
    private readonly SortedSet<Alarm> _waiting = new(Comparer<Alarm>.Create(static (a, b) => a.CompareTo(b)));
    private ITimer? _timer;
    private long _armedFor = long.MaxValue;
    private long _lastRing = long.MinValue;

    public static Alarms Of(TimeProvider time) => ReferenceEquals(time, TimeProvider.System) ? s_system : s_others.GetValue(time, static time => new(time));

    public long Now => time.GetTimestamp();

    public long After(long start, TimeSpan span) => start + (long)Math.Ceiling(span.TotalSeconds * time.TimestampFrequency);

    /// <summary>Has it ring once at that time, instead of any time it was set to before.</summary>
    public void Set(Alarm alarm, long due)
    {
        lock (_lock)
        {
            _waiting.Remove(alarm);
            alarm.Due = due;
            _waiting.Add(alarm);
            Arm();
        }
    }

    /// <summary>It does not ring any more, though it may be ringing at this moment.</summary>
    public void Remove(Alarm alarm)
    {
        lock (_lock)
            _waiting.Remove(alarm);
    }

    private void Ring()
    {
        List<Alarm> due = [];
        lock (_lock)
        {
            _lastRing = Now;
            _armedFor = long.MaxValue;
            while (_waiting.Min is { } first && first.Due <= _lastRing)
            {
                _waiting.Remove(first);
                due.Add(first);
            }

            Arm();
        }

        foreach (var alarm in due)
        {
            try
            {
                alarm.OnDue();
            }
            catch (Exception exception)
            {
                // A transport of somebody's that throws where its name or its end is asked for: the others ring, and the process goes on.
                NetAsyncEventSource.Log.CallbackFailed(exception.ToString());
            }
        }
    }

    private void Arm()
    {
        if (_waiting.Min is not { } first)
            return;
        var at = Math.Max(first.Due, _lastRing == long.MinValue ? long.MinValue : After(_lastRing, s_leastGap));
        if (at >= _armedFor)
            return;
        _armedFor = at;
        // Up to the next millisecond: a timer that fires early would only be set again.
        var wait = TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling(time.GetElapsedTime(Now, at).TotalMilliseconds)));
        if (_timer is not null)
        {
            _timer.Change(wait, Timeout.InfiniteTimeSpan);
            return;
        }

        _timer = time.CreateQuietTimer(static alarms => ((Alarms)alarms!).Ring(), this, wait);
    }
}

/// <summary>Something that may become due. <see cref="OnDue"/> runs on the timer's thread and must be short.</summary>
internal abstract class Alarm : IComparable<Alarm>
{
    private static long s_lastNumber;

    private readonly long _number = Interlocked.Increment(ref s_lastNumber);

    /// <summary>Written under the lock of the alarms that it waits in.</summary>
    public long Due { get; set; }

    public int CompareTo(Alarm? other) => (Due, _number).CompareTo((other!.Due, other._number));

    public abstract void OnDue();
}

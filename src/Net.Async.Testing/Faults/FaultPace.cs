namespace Net.Async.Testing;

/// <summary>When bytes arrive that enter a direction now: throttle, delay and jitter. Guarded by its owner's lock.</summary>
internal sealed class FaultPace(TimeProvider time, int seed)
{
    // A throttled direction passes its bytes in portions of so long.
    private const int PortionsPerSecond = 20;

    private readonly Random _random = new(seed);
    private long _busyUntil;
    private long _lastDue;

    public long Now => time.GetTimestamp();

    /// <summary>How many bytes one call may carry.</summary>
    /// <param name="length">How many it would.</param>
    /// <param name="position">How many came before them in the stream.</param>
    /// <param name="rules">What to follow.</param>
    public int Slice(int length, long position, FaultRules rules) =>
        rules.SliceBytes is { } most && length > 1 && !(position >= rules.SlicedBytes) ? Math.Min(length, 1 + _random.Next(most)) : length;

    /// <summary>How many bytes arrive together.</summary>
    public static int Portion(int length, FaultRules rules) =>
        rules.BytesPerSecond is { } rate ? Math.Min(length, Math.Max(1, rate / PortionsPerSecond)) : length;

    /// <summary>When so many bytes arrive, never before those that entered first.</summary>
    public long Due(int count, FaultRules rules)
    {
        _busyUntil = Math.Max(_busyUntil, Now);
        if (rules.BytesPerSecond is { } rate)
            _busyUntil += (long)((double)count / rate * time.TimestampFrequency);
        var delay = rules.Delay + (rules.Jitter * _random.NextDouble());
        return _lastDue = Math.Max(_lastDue, _busyUntil + (long)(delay.TotalSeconds * time.TimestampFrequency));
    }

    /// <summary>How long until then, up to the next millisecond: a timer that fires early would only be set again.</summary>
    public TimeSpan Until(long due) => TimeSpan.FromMilliseconds(Math.Ceiling(Math.Max(0, time.GetElapsedTime(Now, due).TotalMilliseconds)));
}

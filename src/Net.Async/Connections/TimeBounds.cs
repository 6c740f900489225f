namespace Net.Async;

/// <summary>The bounds of every time limit in the options, checked where it is set.</summary>
internal static class TimeBounds
{
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(1);

    public static TimeSpan Check(TimeSpan value, string name) => value >= TimeSpan.FromMilliseconds(1) && value <= s_longest
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be 1 ms to one day.");

    /// <summary>Where null is without a limit: the base class library's sign for that is taken, too.</summary>
    public static TimeSpan? Check(TimeSpan? value, string name) => value is { } time && time != Timeout.InfiniteTimeSpan ? Check(time, name) : null;
}

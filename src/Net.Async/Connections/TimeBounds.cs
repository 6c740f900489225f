namespace Net.Async;

/// <summary>The bounds of every time limit in the options, checked where it is set.</summary>
internal static class TimeBounds
{
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(1);

    public static TimeSpan Check(TimeSpan value, string name) => value >= TimeSpan.FromMilliseconds(1) && value <= s_longest
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} is 1 ms to one day.");

    public static TimeSpan? Check(TimeSpan? value, string name) => value is { } time ? Check(time, name) : null;
}

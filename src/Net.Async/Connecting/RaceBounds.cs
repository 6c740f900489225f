using System.Runtime.CompilerServices;

namespace Net.Async;

/// <summary>The bounds of counts and delays in the options of connecting.</summary>
internal static class RaceBounds
{
    private static readonly TimeSpan s_longestDelay = TimeSpan.FromSeconds(2);

    public static TimeSpan CheckDelay(TimeSpan value, TimeSpan least, [CallerMemberName] string name = "") => value >= least && value <= s_longestDelay
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be {least.TotalMilliseconds} ms to 2 s.");

    public static int CheckCount(int value, int most, [CallerMemberName] string name = "") => value >= 1 && value <= most
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be 1 to {most}.");
}

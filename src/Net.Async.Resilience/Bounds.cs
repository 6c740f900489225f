using System.Runtime.CompilerServices;

namespace Net.Async;

/// <summary>Checks of options, where they are set.</summary>
internal static class Bounds
{
    public static int Check(int value, int least, int most, [CallerMemberName] string name = "") => value >= least && value <= most
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be {least} to {most}.");

    public static TimeSpan Check(TimeSpan value, TimeSpan least, TimeSpan most, string bounds, [CallerMemberName] string name = "") => value >= least && value <= most
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be {bounds}.");
}

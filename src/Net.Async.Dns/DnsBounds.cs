using System.Runtime.CompilerServices;

namespace Net.Async;

/// <summary>The checks of options: the value, or an error that names the option, the bounds and the value.</summary>
internal static class DnsBounds
{
    public static int Check(int value, int least, int most, [CallerMemberName] string name = "") => value >= least && value <= most
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be {least} to {most}.");

    public static TimeSpan Check(TimeSpan value, TimeSpan least, TimeSpan most, string bounds, [CallerMemberName] string name = "") => value >= least && value <= most
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be {bounds}.");
}

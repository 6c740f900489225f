using System.Globalization;

namespace Net.Async;

/// <summary>The two defaults that whoever runs a program may set for all of it: read where options are made, and out of bounds they count as not set.</summary>
internal static class ProcessDefaults
{
    private const string SequentialSwitch = "Net.Async.Connecting.Sequential";
    private const string AttemptDelayName = "Net.Async.Connecting.AttemptDelay";
    private const int UsualDelay = 250, LeastDelay = 10, MostDelay = 2000;

    public static bool Sequential => AppContext.TryGetSwitch(SequentialSwitch, out var on) && on;

    public static TimeSpan AttemptDelay => TimeSpan.FromMilliseconds(
        int.TryParse(Convert.ToString(AppContext.GetData(AttemptDelayName), CultureInfo.InvariantCulture), NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            && milliseconds is >= LeastDelay and <= MostDelay ? milliseconds : UsualDelay);
}

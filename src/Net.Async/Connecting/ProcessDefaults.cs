using System.Globalization;

namespace Net.Async;

/// <summary>The two defaults that can be set for a whole process. They are read where options are made; a value outside its bounds counts as not set.</summary>
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

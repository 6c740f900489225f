using System.Globalization;

namespace Net.Async;

/// <summary>How often systemd wants a sign of life (sd_watchdog_enabled(3)).</summary>
internal static class WatchdogInterval
{
    public const string TimeVariable = "WATCHDOG_USEC", ProcessVariable = "WATCHDOG_PID";

    /// <summary>Half of the time after which systemd takes the process for dead; null when it does not watch this process.</summary>
    public static TimeSpan? Current => Of(Environment.GetEnvironmentVariable(TimeVariable), Environment.GetEnvironmentVariable(ProcessVariable), Environment.ProcessId);

    public static TimeSpan? Of(string? microseconds, string? process, int processId)
    {
        var isOurs = string.IsNullOrEmpty(process) || (int.TryParse(process, NumberStyles.None, CultureInfo.InvariantCulture, out var watched) && watched == processId);
        return isOurs && long.TryParse(microseconds, NumberStyles.None, CultureInfo.InvariantCulture, out var time) && time > 0
            ? TimeSpan.FromMicroseconds(Math.Min(time, 86_400_000_000L) / 2.0)
            : null;
    }
}

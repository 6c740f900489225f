namespace Net.Async;

/// <summary>How much of the host's time the servers may take to stop.</summary>
internal static class ShutdownLimit
{
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(1), s_mostLeft = TimeSpan.FromSeconds(1);

    /// <summary>A tenth is left, at most a second, so that the aborted connections and the other services end before the host gives up.</summary>
    public static TimeSpan Of(TimeSpan shutdownTimeout)
    {
        if (shutdownTimeout == Timeout.InfiniteTimeSpan || shutdownTimeout > s_longest)
            return s_longest;
        var left = shutdownTimeout / 10;
        return shutdownTimeout - (left < s_mostLeft ? left : s_mostLeft);
    }
}

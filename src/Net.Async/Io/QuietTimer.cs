namespace Net.Async;

/// <summary>Timers that serve whoever comes later, too: nothing of the first caller's execution context goes with them.</summary>
internal static class QuietTimer
{
    public static ITimer CreateQuietTimer(this TimeProvider time, TimerCallback callback, object state, TimeSpan wait)
    {
        if (ExecutionContext.IsFlowSuppressed())
            return time.CreateTimer(callback, state, wait, Timeout.InfiniteTimeSpan);
        using (ExecutionContext.SuppressFlow())
            return time.CreateTimer(callback, state, wait, Timeout.InfiniteTimeSpan);
    }
}

using System.Collections.Concurrent;

namespace Net.Async;

/// <summary>One timer of the process that ticks once a second, and only while somebody waits for a tick.</summary>
internal static class CoarseTimer
{
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(1);
    private static readonly ConcurrentQueue<(object Target, Action<object> Call)> s_waiting = new();
    private static readonly Timer s_timer = new(static _ => Tick(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    private static int s_armed;

    /// <summary>Calls once at the next tick, within a second.</summary>
    public static void Once(object target, Action<object> call)
    {
        s_waiting.Enqueue((target, call));
        Arm();
    }

    private static void Tick()
    {
        Interlocked.Exchange(ref s_armed, 0);
        for (var count = s_waiting.Count; count > 0 && s_waiting.TryDequeue(out var item); count--)
            item.Call(item.Target);
        if (!s_waiting.IsEmpty)
            Arm();
    }

    private static void Arm()
    {
        if (Interlocked.Exchange(ref s_armed, 1) == 0)
            s_timer.Change(s_period, Timeout.InfiniteTimeSpan);
    }
}

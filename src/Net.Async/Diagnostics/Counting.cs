using System.Diagnostics.Metrics;

namespace Net.Async;

/// <summary>Counting, where whoever listens is a user: its mistakes are no reason not to serve.</summary>
internal static class Counting
{
    /// <summary>Counts; with nobody listening it costs one look.</summary>
    public static void Count(this Counter<long> counter, long value, params ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (!counter.Enabled)
            return;
        try
        {
            counter.Add(value, tags);
        }
        catch (Exception exception)
        {
            NetAsyncEventSource.Log.CallbackFailed(exception.ToString());
        }
    }
}

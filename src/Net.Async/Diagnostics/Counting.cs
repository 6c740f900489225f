using System.Diagnostics.Metrics;

namespace Net.Async;

/// <summary>Counting, where the listener is the user's code: an exception of it does not stop the work.</summary>
internal static class Counting
{
    /// <summary>Counts; without a listener it costs one check.</summary>
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

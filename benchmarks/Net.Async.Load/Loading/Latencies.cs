using System.Diagnostics;

namespace Net.Async.Load;

/// <summary>How long operations took: one count for each microsecond up to four seconds, so that recording is one increment.</summary>
internal sealed class Latencies
{
    private const int Longest = 4_000_000;

    private readonly int[] _counts = new int[Longest];
    private long _total;
    private int _highest;

    public void Record(long startedAt, long now)
    {
        var microseconds = (int)Math.Min((now - startedAt) * 1_000_000 / Stopwatch.Frequency, Longest - 1);
        _counts[microseconds]++;
        _total++;
        _highest = Math.Max(_highest, microseconds);
    }

    /// <summary>The latency that this part of the operations did not exceed; 0 when there were none.</summary>
    public int Percentile(double part)
    {
        var wanted = (long)(_total * part);
        long counted = 0;
        for (var microseconds = 0; microseconds <= _highest; microseconds++)
        {
            counted += _counts[microseconds];
            if (counted > 0 && counted >= wanted)
                return microseconds;
        }

        return 0;
    }

    public void Clear()
    {
        // Only what was used: clearing all of it would stop the load for milliseconds.
        Array.Clear(_counts, 0, _highest + 1);
        _total = _highest = 0;
    }
}

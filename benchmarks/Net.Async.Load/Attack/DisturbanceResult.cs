using System.Diagnostics;

namespace Net.Async.Load;

/// <summary>What a server has done to those that disturbed it.</summary>
internal sealed class DisturbanceResult
{
    /// <summary>Those that got an answer.</summary>
    public int Served { get; set; }

    /// <summary>Those that the server ended after an answer.</summary>
    public int Ended { get; set; }

    /// <summary>Those that the server refused, or ended without an answer.</summary>
    public int Refused { get; private set; }

    /// <summary>Those that were still there when the time was over.</summary>
    public int Open { get; set; }

    /// <summary>From a connect to its refusal.</summary>
    public Latencies Refusals { get; } = new();

    public void AddRefused(long startedAt)
    {
        Refused++;
        Refusals.Record(startedAt, Stopwatch.GetTimestamp());
    }
}

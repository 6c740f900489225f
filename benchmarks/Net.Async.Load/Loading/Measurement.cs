using System.Diagnostics;

namespace Net.Async.Load;

/// <summary>What was counted, and when it counts: after the warm-up, for the seconds asked for.</summary>
internal sealed class Measurement(LoadOptions options)
{
    private bool _counting;
    private long _start = Stopwatch.GetTimestamp();
    private double _cpuAtStart;

    public long Operations { get; set; }

    public long Bytes { get; set; }

    public long Errors { get; set; }

    public Latencies Latencies { get; } = new();

    /// <summary>When the counting began, as a time stamp.</summary>
    public long StartedAt => _start;

    /// <summary>Seconds from the first to the last count.</summary>
    public double Elapsed { get; private set; }

    /// <summary>Processor time that the server used meanwhile; 0 without a process.</summary>
    public double CpuSeconds { get; private set; }

    /// <summary>Looks at the clock: starts the counting after the warm-up, and is false when the time is over.</summary>
    public bool Continue()
    {
        var elapsed = Stopwatch.GetElapsedTime(_start).TotalSeconds;
        if (!_counting && elapsed >= options.WarmUp)
            Begin();
        else if (_counting && elapsed >= options.Seconds)
            return End(elapsed);
        return true;
    }

    private void Begin()
    {
        _counting = true;
        Operations = Bytes = Errors = 0;
        Latencies.Clear();
        _cpuAtStart = CpuNow();
        _start = Stopwatch.GetTimestamp();
    }

    private bool End(double elapsed)
    {
        Elapsed = elapsed;
        CpuSeconds = CpuNow() - _cpuAtStart;
        return false;
    }

    private double CpuNow() => options.ProcessId is { } id ? ProcessFigures.CpuSeconds(id) : 0;
}

namespace Net.Async.Load;

/// <summary>What the others got from a server, what it did to those who attacked it, and its memory.</summary>
internal sealed class DialsResult(Measurement measurement, IReadOnlyList<Disturbance> disturbances, MemoryWatch memory)
{
    public IReadOnlyList<Disturbance> Disturbances => disturbances;

    public long Failures => measurement.Errors;

    public int Median { get; } = measurement.Latencies.Percentile(.5);

    public int Percentile99 { get; } = measurement.Latencies.Percentile(.99);

    public long MemoryBefore => memory.Before;

    public long MemoryMost => memory.Most;

    public long MemoryAfter { get; } = memory.AfterCalm();

    /// <summary>One line of figures; no success at all is a figure, too.</summary>
    public string ToLine(LoadOptions options)
    {
        // As many at a time as the rate and the server make it.
        var line = new ResultLine(options with { Connections = 0 })
            .Add("sources", options.Attackers.Sources)
            .Add("ops/s", measurement.Operations / measurement.Elapsed, "0.0")
            .AddLatencies(measurement.Latencies)
            .Add("errs", measurement.Errors)
            .Add("cpu_s", measurement.CpuSeconds, "0.00");
        foreach (var disturbance in disturbances)
            Add(line, disturbance);
        return line.Add("rss0_kb", MemoryBefore).Add("rss1_kb", MemoryMost).Add("rss2_kb", MemoryAfter).ToString();
    }

    private static void Add(ResultLine line, Disturbance disturbance) => line
        .Add(disturbance.Name, disturbance.Count)
        .Add($"{disturbance.Name}_served", disturbance.Result.Served)
        .Add($"{disturbance.Name}_refused", disturbance.Result.Refused)
        .Add($"{disturbance.Name}_ended", disturbance.Result.Ended)
        .Add($"{disturbance.Name}_open", disturbance.Result.Open)
        .Add($"{disturbance.Name}_refusal_p50us", disturbance.Result.Refusals.Percentile(.5))
        .Add($"{disturbance.Name}_refusal_p99us", disturbance.Result.Refusals.Percentile(.99));
}

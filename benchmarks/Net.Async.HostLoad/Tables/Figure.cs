namespace Net.Async.HostLoad;

/// <summary>A row of the table: a figure of a scenario, and the ratio to Kestrel's own transport that it has to reach.</summary>
/// <param name="Bound">The least ratio, or the most where <paramref name="LessIsBetter"/>; null where the figure is only shown.</param>
internal sealed record Figure(string Scenario, string Name, string Unit, bool LessIsBetter, double? Bound)
{
    private const string Rate = "per_cpu_s", RateUnit = "requests a CPU second";

    public static IReadOnlyList<Figure> All { get; } =
    [
        More("plaintext", 1.25), More("json", 1.15), More("https", .95), More("h2c", .95), More("h2", .95), More("down", .95), More("up", .95), More("close", 1.1),
        Less("rate", "cpu_us", "CPU microseconds a request at 5,000 a second", .7),
        Less("burst", "cpu_us", "CPU microseconds a request at 5,000 a second", .7),
        Less("sleep", "p999us", "microseconds, p99.9 of the other clients", null),
        Less("sleep", "p50us", "microseconds, median of the other clients", null),
        Less("idle", "heap", "bytes of managed heap a connection", null),
        Less("idle", "private", "bytes of private memory a connection", null),
        Less("idle", "rss", "bytes of resident memory a connection", null),
        Less("idle", "pipes", "Pipe objects in the heap", 0),
        .. new[] { "calls-plaintext", "calls-json", "calls-close", "calls-down", "calls-h2c", "calls-h2" }.SelectMany(static scenario => new[]
        {
            Less(scenario, "calls", "system calls for the network, a request", 1.01),
            // What timers allocate beside the requests differs from run to run.
            Less(scenario, "bytes", "bytes allocated a request", 1.01),
        }),
    ];

    public string BoundText => Bound is { } bound ? FormattableString.Invariant($"{(LessIsBetter ? "<=" : ">=")} {bound:0.##}") : "";

    public bool Holds(double ratio) => Bound is not { } bound || (LessIsBetter ? ratio <= bound : ratio >= bound);

    private static Figure More(string scenario, double bound) => new(scenario, Rate, RateUnit, LessIsBetter: false, bound);

    private static Figure Less(string scenario, string name, string unit, double? bound) => new(scenario, name, unit, LessIsBetter: true, bound);
}

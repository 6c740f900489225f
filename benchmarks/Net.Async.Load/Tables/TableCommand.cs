namespace Net.Async.Load;

/// <summary>Reads lines of results and prints one table: medians, their spread, and how many times the figure of Kestrel.</summary>
internal static class TableCommand
{
    private const string Reference = "kestrel";

    private static readonly string[] s_header =
        ["mode", "peer", "figure", "median", "min..max", $"x {Reference}", "per cpu_s", $"x {Reference}", "p50us", "p99us", "p99.9us", "errs", "rounds"];

    public static int Run(string file)
    {
        var samples = Read(file);
        var rows = new List<string[]> { s_header };
        foreach (var mode in samples.GroupBy(sample => sample.Mode))
        {
            var reference = mode.Where(sample => sample.Peer.StartsWith(Reference, StringComparison.Ordinal)).ToList();
            rows.AddRange(mode.GroupBy(sample => sample.Peer).Select(peer => Row(mode.Key, peer.Key, [.. peer], reference)));
        }

        TextTable.Write(Console.Out, rows, leftColumns: 3);
        return 0;
    }

    private static List<Sample> Read(string file)
    {
        if (!File.Exists(file))
            throw new UsageException($"There is no file '{file}'.");
        var samples = File.ReadLines(file)
            .Select((line, index) => (line, number: index + 1))
            .Where(item => !string.IsNullOrWhiteSpace(item.line))
            .Select(item => Sample.Parse(item.line, item.number))
            .ToList();
        return samples is [] ? throw new UsageException($"'{file}' holds no results.") : samples;
    }

    private static string[] Row(string mode, string peer, List<Sample> samples, List<Sample> reference)
    {
        var (figure, efficiency) = Headline(mode);
        return
        [
            mode, peer, figure,
            Spread.Of(samples, figure)?.MedianText ?? "-", Spread.Of(samples, figure)?.RangeText ?? "-", Ratio(samples, reference, figure),
            Spread.Of(samples, efficiency)?.MedianText ?? "-", Ratio(samples, reference, efficiency),
            .. new[] { "p50us", "p99us", "p999us" }.Select(name => Spread.Of(samples, name)?.MedianText ?? "-"),
            $"{samples.Sum(sample => sample.Figures.GetValueOrDefault("errs"))}", $"{samples.Count}",
        ];
    }

    /// <summary>The figure that a mode is about, and the one that tells what it costs. Idle is memory: there less is better.</summary>
    private static (string Figure, string Efficiency) Headline(string mode) => mode switch
    {
        LoadOptions.Stream or LoadOptions.TlsStream => ("MB/s", "MB/cpu_s"),
        LoadOptions.Idle or LoadOptions.TlsIdle => ("bytes/conn", ""),
        _ => ("ops/s", "ops/cpu_s"),
    };

    private static string Ratio(List<Sample> samples, List<Sample> reference, string figure) =>
        Spread.Of(samples, figure) is { } ours && Spread.Of(reference, figure) is { Median: not 0 } theirs
            ? FormattableString.Invariant($"{ours.Median / theirs.Median:0.00}")
            : "-";
}

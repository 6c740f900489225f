using System.Text.RegularExpressions;

namespace Net.Async.Tests;

/// <summary>The figures of the README are those of the newest table that it may cite.</summary>
public partial class ReadmeTests
{
    private static readonly string s_readme = File.ReadAllText(Path.Combine(SourceTree.Root, "README.md"));

    [Fact]
    public void Figures_EachRow_IsOfTheNewestTable()
    {
        var newest = Directory.EnumerateFiles(Path.Combine(SourceTree.Root, "benchmarks", "results"), "*-beside-kestrel.md").Max(StringComparer.Ordinal)!;
        Assert.Contains($"(benchmarks/results/{Path.GetFileName(newest)})", s_readme, StringComparison.Ordinal);
        var table = Row().Matches(File.ReadAllText(newest)).ToDictionary(static row => Bare(row.Groups["load"].Value), Figures);
        var rows = Row().Matches(s_readme);

        Assert.Equal(5, rows.Count);
        Assert.All(rows, row => Assert.Equal(table[Bare(row.Groups["load"].Value)], Figures(row)));
    }

    // The spread, and how many there were, are in the table only.
    private static string Bare(string text) => Spread().Replace(text, "").Trim();

    // Net.Async, Kestrel and their ratio: the first two figures and the last one.
    private static (string, string, string) Figures(Match row)
    {
        var figures = row.Groups["figures"].Value.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(Bare).Where(static figure => figure.Length > 0).ToArray();
        return (figures[0], figures[1], figures[^1]);
    }

    [GeneratedRegex(@"^\| (?<load>(?:64|the same|connect,|memory)[^|]*) \|(?<figures>.*)$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@" \([^)]*\)")]
    private static partial Regex Spread();
}

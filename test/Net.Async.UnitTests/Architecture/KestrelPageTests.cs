using System.Text.RegularExpressions;

namespace Net.Async.Tests;

/// <summary>The figures of the page on Kestrel are those of the newest table of hosts.sh.</summary>
public partial class KestrelPageTests
{
    private static readonly string s_newest = Directory.EnumerateFiles(Path.Combine(SourceTree.Root, "benchmarks", "results"), "*-hosts.md").Max(StringComparer.Ordinal)!;
    private static readonly string s_page = File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "kestrel.md"));

    [Fact]
    public void Figures_EachRow_IsOfTheNewestTable()
    {
        Assert.Contains($"(../benchmarks/results/{Path.GetFileName(s_newest)})", s_page, StringComparison.Ordinal);
        var table = Measured().Matches(File.ReadAllText(s_newest)).ToDictionary(static row => row.Groups["scenario"].Value, static row => (row.Groups["ours"].Value, row.Groups["theirs"].Value, row.Groups["ratio"].Value));
        var rows = Shown().Matches(s_page);

        Assert.Equal(table.Count, rows.Count);
        Assert.All(rows, row => Assert.Equal(table[row.Groups["scenario"].Value], (row.Groups["ours"].Value, row.Groups["theirs"].Value, row.Groups["ratio"].Value)));
    }

    [GeneratedRegex(@"^\| (?<scenario>plaintext|json|https|h2c?|down|up|close|rate|burst) \| [^|]+ \| (?<ours>[\d,.]+) \([^|]*\| (?<theirs>[\d,.]+) \([^|]*\| (?<ratio>[\d.]+) \(", RegexOptions.Multiline)]
    private static partial Regex Measured();

    [GeneratedRegex(@"^\| [^|]*\(`(?<scenario>\w+)`\) \| (?<ours>[\d,.]+) \| (?<theirs>[\d,.]+) \| (?<ratio>[\d.]+) \|$", RegexOptions.Multiline)]
    private static partial Regex Shown();
}

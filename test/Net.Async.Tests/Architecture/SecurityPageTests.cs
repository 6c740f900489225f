using System.Text.RegularExpressions;

namespace Net.Async.Tests;

/// <summary><c>docs/security.md</c> lists every place that asks a policy, and each has tests that exist.</summary>
public partial class SecurityPageTests
{
    [Fact]
    public void Page_EveryRow_NamesTestsThatExist()
    {
        var tests = NodeNetPage.TestsOf(TestAssemblies.All);
        var rows = File.ReadLines(Path.Combine(SourceTree.Root, "docs", "security.md"))
            .Where(static line => line.StartsWith('|') && !line.StartsWith("|---", StringComparison.Ordinal)).Skip(1).Select(static line => line.Trim('|').Split('|')).ToList();
        Assert.InRange(rows.Count, 15, 100);
        foreach (var cells in rows)
        {
            Assert.Equal(3, cells.Length);
            var named = Code().Matches(cells[2]).Select(static match => match.Groups[1].Value).ToList();
            Assert.NotEmpty(named);
            Assert.All(named, test => Assert.True(tests.Contains(test), $"{cells[0]}: there is no test {test}"));
        }
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();
}

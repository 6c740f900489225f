using System.Text.RegularExpressions;

namespace Net.Async.Tests;

/// <summary>The index of the decisions has every one of them, and says which numbers are not used.</summary>
public partial class DecisionsTests
{
    private static readonly string s_folder = Path.Combine(SourceTree.Root, "docs", "decisions");

    [Fact]
    public void Index_EveryDecision_IsInItWithItsTitle()
    {
        var index = File.ReadAllText(Path.Combine(s_folder, "README.md"));
        foreach (var file in Decisions())
        {
            var title = Title().Match(File.ReadLines(file).First());
            Assert.True(title.Success, $"{file} has no title with its number");
            Assert.Contains($"| {title.Groups["number"].Value} | [{title.Groups["title"].Value}]({Path.GetFileName(file)}) |", index, StringComparison.Ordinal);
            Assert.StartsWith($"{int.Parse(title.Groups["number"].Value, System.Globalization.CultureInfo.InvariantCulture):0000}-", Path.GetFileName(file), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Index_NumbersWithoutADecision_AreNamed()
    {
        var used = Decisions().Select(static file => int.Parse(Path.GetFileName(file)[..4], System.Globalization.CultureInfo.InvariantCulture)).ToHashSet();
        var unused = Enumerable.Range(1, used.Max()).Except(used).ToArray();

        Assert.Contains($"Numbers {string.Join(", ", unused[..^1])} and {unused[^1]} are not used.", File.ReadAllText(Path.Combine(s_folder, "README.md")), StringComparison.Ordinal);
    }

    private static IEnumerable<string> Decisions() => Directory.EnumerateFiles(s_folder, "0*.md");

    [GeneratedRegex(@"^# (?<number>\d+)\. (?<title>.*)$")]
    private static partial Regex Title();
}

using System.Text.RegularExpressions;

namespace Net.Async.Tests;

/// <summary>The field's words in code and pages: some others hide who acts, and stop a reader whose first language is another.</summary>
public partial class WordingTests
{
    private static readonly string[] s_places = ["src", "docs", "test", "benchmarks", "build"];

    [Fact]
    public void Files_EachOfThem_HasNoneOfTheWords()
    {
        var found = Files().SelectMany(static file => File.ReadLines(file).Select((line, i) => (Place: $"{Path.GetRelativePath(SourceTree.Root, file)}:{i + 1}", Line: line)))
            .Where(static line => Unwanted().IsMatch(line.Line))
            .Select(static line => $"{line.Place}: {Unwanted().Match(line.Line).Value}").ToArray();

        Assert.True(found.Length == 0, string.Join('\n', found));
    }

    [Theory]
    [InlineData("Nobody reads.", true)]
    [InlineData("It goes on.", true)]
    [InlineData("PeerCloses_NobodyReads", false)]
    [InlineData("It goes one way.", false)]
    public void Unwanted_WholeWords_AreFound(string text, bool isFound) => Assert.Equal(isFound, Unwanted().IsMatch(text));

    private static IEnumerable<string> Files() =>
        from place in s_places.Select(static place => Path.Combine(SourceTree.Root, place)).SelectMany(static place => Directory.EnumerateFiles(place, "*", SearchOption.AllDirectories))
            .Concat(Directory.EnumerateFiles(SourceTree.Root, "*.md"))
        where Path.GetExtension(place) is ".cs" or ".md" or ".csproj" or ".props" or ".targets"
        // These two have to name the words.
        where Path.GetFileName(place) is not ("WordingTests.cs" or "glossary.md")
        where !place.Split(Path.DirectorySeparatorChar).Any(static part => part is "obj" or "bin")
        select place;

    [GeneratedRegex(@"\b(whoever|somebody|nobody|told of|to be had|stands still|goes on|lives|kin|bites|stands? still|standing still|hears? of)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Unwanted();
}

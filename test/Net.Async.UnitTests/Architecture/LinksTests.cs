using System.Text.RegularExpressions;

namespace Net.Async.Tests;

/// <summary>Every link of a page that stays in the repository leads to a file, and to a heading in it.</summary>
public partial class LinksTests
{
    [Fact]
    public void Pages_EveryLink_LeadsSomewhere()
    {
        var dead = Pages().SelectMany(static page => Links(File.ReadAllText(page)).Where(link => !Leads(page, link)).Select(link => $"{Path.GetRelativePath(SourceTree.Root, page)}: {link}")).ToArray();

        Assert.True(dead.Length == 0, string.Join('\n', dead));
    }

    [Fact]
    public void Pages_EachOfDocs_IsLinkedFromAnother()
    {
        var linked = Pages().SelectMany(static page => Links(File.ReadAllText(page)).Select(link => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(page)!, link.Split('#')[0])))).ToHashSet();

        Assert.All(Directory.EnumerateFiles(Path.Combine(SourceTree.Root, "docs"), "*.md", SearchOption.AllDirectories), page => Assert.Contains(page, linked));
    }

    [Theory]
    [InlineData("docs/serving.md", true)]
    [InlineData("docs/serving.md#stopping", true)]
    [InlineData("docs/serving.md#no-such-heading", false)]
    [InlineData("docs/no-such-page.md", false)]
    [InlineData("#four-programs", true)]
    public void Leads_FromTheReadme_IsAsExpected(string link, bool leads) => Assert.Equal(leads, Leads(Path.Combine(SourceTree.Root, "README.md"), link));

    private static IEnumerable<string> Pages() =>
        from page in Directory.EnumerateFiles(SourceTree.Root, "*.md", SearchOption.AllDirectories)
        where !Path.GetRelativePath(SourceTree.Root, page).Split(Path.DirectorySeparatorChar).Any(static part => part is "obj" or "bin" or ".git" or "artifacts")
        select page;

    private static IEnumerable<string> Links(string text) =>
        Link().Matches(Fence().Replace(text, "")).Select(static match => match.Groups[1].Value).Where(static link => !link.Contains("://", StringComparison.Ordinal));

    private static bool Leads(string page, string link)
    {
        var (path, anchor) = link.Split('#', 2) is [var before, var after] ? (before, after) : (link, "");
        var target = path.Length == 0 ? page : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(page)!, path));
        return anchor.Length == 0 ? Path.Exists(target) : File.Exists(target) && Heading().Matches(Fence().Replace(File.ReadAllText(target), "")).Any(heading => AnchorOf(heading.Groups[1].Value) == anchor);
    }

    // As hosts of repositories make them: lower case, without punctuation, hyphens for spaces.
    private static string AnchorOf(string heading) =>
        string.Concat(heading.Trim().ToLowerInvariant().Where(static letter => char.IsLetterOrDigit(letter) || letter is ' ' or '-' or '_')).Replace(' ', '-');

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("^```.*?^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();

    [GeneratedRegex("^#+ (.*)$", RegexOptions.Multiline)]
    private static partial Regex Heading();
}

using System.Text.RegularExpressions;

namespace Net.Async.Tests.Loopback;

/// <summary>The code in the pages of hosts compiles: a block that is no program, as the body of a method that has what the text speaks of.</summary>
public sealed partial class HostPageCodeTests
{
    private static readonly string[] s_given =
    [
        "WebApplicationBuilder builder", "WebApplication app", "IServiceCollection services", "Connection connection", "Server server", "BlockList list", "CancellationToken cancellationToken",
    ];

    [Theory]
    [InlineData("docs/kestrel.md")]
    [InlineData("docs/hosting.md")]
    public void Page_EveryBlock_Compiles(string page)
    {
        var file = Path.Combine(AppContext.BaseDirectory, $"page-{Guid.NewGuid():N}.dll");
        var blocks = Block().Matches(File.ReadAllText(Path.Combine(SourceTree.Root, page))).Select(static block => block.Groups[1].Value).Where(static code => !code.StartsWith("using ", StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(blocks);
        try
        {
            foreach (var block in blocks)
                PagePrograms.Build(InAMethod(block), file, HostPageProgramsTests.References(), isWeb: true);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Pages_OfHosts_AreCompiledHere()
    {
        var compiled = GetType().GetMethod(nameof(Page_EveryBlock_Compiles))!.GetCustomAttributes(typeof(InlineDataAttribute), inherit: false).Select(data => (string)((InlineDataAttribute)data).GetData(null!).Single()[0]).ToArray();
        var pages = Directory.EnumerateFiles(Path.Combine(SourceTree.Root, "docs"), "*.md").Select(static page => $"docs/{Path.GetFileName(page)}").Where(PagePrograms.IsOfHosts);

        Assert.All(pages, page => Assert.Contains(page, compiled));
    }

    private static string InAMethod(string code) => $$"""
        using System.Net;
        using Net.Async;

        internal static class Block
        {
            public static void Main()
            {
            }

            public static async Task RunAsync({{string.Join(", ", s_given.Where(parameter => !code.Contains($" {parameter.Split(' ')[1]} = ", StringComparison.Ordinal)))}})
            {
                await Task.Yield();
                {{code}}
            }
        }
        """;

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}

using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Net.Async.Tests;

/// <summary>The code in the pages about Orleans compiles: each block is a program. What grains need is generated in a build: <c>.ci/packages</c> builds and runs those that print something.</summary>
public partial class OrleansPagesTests
{
    // What a console project with Orleans has without saying it.
    private const string Usings = Sources.ImplicitUsings + "\n" + """
        global using Orleans;
        global using Orleans.Hosting;
        global using Orleans.Runtime;
        """;

    [Theory]
    [InlineData("docs/orleans.md", 2)]
    [InlineData("src/Net.Async.Orleans/README.md", 1)]
    public void Page_EveryBlock_Compiles(string page, int count)
    {
        var blocks = Block().Matches(File.ReadAllText(Path.Combine(SourceTree.Root, page))).Select(static block => block.Groups[1].Value).ToList();
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(static file => MetadataReference.CreateFromFile(file)).ToArray();

        Assert.Equal(count, blocks.Count);
        foreach (var block in blocks)
        {
            var trees = new[] { Usings, block }.Select(static code => CSharpSyntaxTree.ParseText(code, new CSharpParseOptions(LanguageVersion.CSharp14)));
            var options = new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable);
            var wrong = CSharpCompilation.Create("program", trees, references, options).GetDiagnostics().Where(static one => one.Severity >= DiagnosticSeverity.Warning).ToArray();
            Assert.True(wrong.Length == 0, string.Join('\n', wrong.Select(static one => one.ToString())));
        }
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}

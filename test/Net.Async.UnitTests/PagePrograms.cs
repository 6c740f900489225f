using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Net.Async.Tests.Loopback;

/// <summary>The whole programs of a page: a block of C# that begins with <c>using</c>, and the block of text behind it, which is what it prints.</summary>
internal static partial class PagePrograms
{
    // What a console project of the SDK has without saying it.
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    // What a web project has beside that.
    private const string WebUsings = """
        global using System.Net.Http.Json;
        global using Microsoft.AspNetCore.Builder;
        global using Microsoft.AspNetCore.Hosting;
        global using Microsoft.AspNetCore.Http;
        global using Microsoft.AspNetCore.Routing;
        global using Microsoft.Extensions.Configuration;
        global using Microsoft.Extensions.DependencyInjection;
        global using Microsoft.Extensions.Hosting;
        global using Microsoft.Extensions.Logging;
        """;

    // Programs of these pages run in a host: their tests have ASP.NET Core.
    private static readonly string[] s_hosts = ["docs/hosting.md", "docs/kestrel.md", "src/Net.Async.AspNetCore/", "src/Net.Async.Hosting/"];

    // Those of these have grains, which a generator completes: .ci/packages builds and runs them.
    private static readonly string[] s_orleans = ["docs/orleans.md", "src/Net.Async.Orleans/"];

    /// <summary>The programs of all pages, by page and number.</summary>
    /// <param name="ofHosts">Those that run in a host, or the others.</param>
    public static TheoryData<string, int> All(bool ofHosts)
    {
        var all = new TheoryData<string, int>();
        var pages = Directory.EnumerateFiles(Path.Combine(SourceTree.Root, "docs"), "*.md").Concat(Directory.EnumerateFiles(SourceTree.Src, "README.md", SearchOption.AllDirectories))
            .Select(static page => Path.GetRelativePath(SourceTree.Root, page).Replace('\\', '/')).Where(static page => !page.Split('/').Any(static part => part is "obj" or "bin"));
        foreach (var page in pages.Order(StringComparer.Ordinal).Where(page => IsOfHosts(page) == ofHosts && !IsOfOrleans(page)))
        {
            for (var i = 0; i < Of(page).Length; i++)
                all.Add(page, i);
        }

        return all;
    }

    public static bool IsOfHosts(string page) => Array.Exists(s_hosts, host => page.StartsWith(host, StringComparison.Ordinal));

    public static bool IsOfOrleans(string page) => Array.Exists(s_orleans, start => page.StartsWith(start, StringComparison.Ordinal));

    public static (string Code, string Output)[] Of(string page) =>
    [
        .. Program().Matches(File.ReadAllText(Path.Combine(SourceTree.Root, page))).Select(static match => (match.Groups["code"].Value, match.Groups["output"].Value)),
    ];

    /// <summary>Compiles a program.</summary>
    /// <param name="code">The program.</param>
    /// <param name="file">Where it goes.</param>
    /// <param name="references">What it may use: assemblies, the frameworks included.</param>
    /// <param name="isWeb">It has the usings of a web project.</param>
    public static void Build(string code, string file, IEnumerable<string> references, bool isWeb = false)
    {
        var language = new CSharpParseOptions(LanguageVersion.CSharp14);
        var trees = new[] { isWeb ? ImplicitUsings + "\n" + WebUsings : ImplicitUsings, code }.Select(text => CSharpSyntaxTree.ParseText(text, language));
        var options = new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable);
        var emitted = CSharpCompilation.Create(Path.GetFileNameWithoutExtension(file), trees, references.Select(static one => MetadataReference.CreateFromFile(one)), options).Emit(file);
        var wrong = emitted.Diagnostics.Where(static diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning).ToArray();
        Assert.True(wrong.Length == 0, string.Join('\n', wrong.Select(static diagnostic => diagnostic.ToString())));
    }

    /// <summary>The assemblies of a shared framework.</summary>
    /// <param name="one">A type of it.</param>
    public static IEnumerable<string> Framework(Type one) => Directory.EnumerateFiles(Path.GetDirectoryName(one.Assembly.Location)!, "*.dll")
        .Where(static file => Path.GetFileName(file) is var name && (name.StartsWith("System.", StringComparison.Ordinal) || name.StartsWith("Microsoft.", StringComparison.Ordinal))
            && !name.Contains(".Native.", StringComparison.Ordinal) && !name.StartsWith("Microsoft.DiaSymReader", StringComparison.Ordinal));

    /// <summary>Starts a program with the frameworks of the tests that run.</summary>
    public static Child Start(string program, string tests) =>
        Child.Start("dotnet", "exec", "--runtimeconfig", Path.Combine(AppContext.BaseDirectory, tests + ".runtimeconfig.json"), program);

    [GeneratedRegex("```csharp\n(?<code>using .*?)```\n\n```text\n(?<output>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Program();
}

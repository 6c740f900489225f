using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Net.Async.Tests;

/// <summary>The library as the compiler sees it: one compilation a project, without a build.</summary>
internal static class Sources
{
    /// <summary>What ImplicitUsings adds to every file of the projects.</summary>
    public const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    // Native calls and log messages get their bodies from generators that do not run here: a partial method without one, what it would have assigned, and a delegate of it.
    private static readonly string[] s_generated = ["CS8795", "CS0165", "CS0762"];

    private static readonly Lazy<CSharpCompilation> s_core = new(static () => OfProject("Net.Async"));
    private static readonly Lazy<CSharpCompilation> s_testing = new(static () => OfProject("Net.Async.Testing", s_core.Value.ToMetadataReference()));
    private static readonly Lazy<CSharpCompilation> s_dns = new(static () => OfProject("Net.Async.Dns", s_core.Value.ToMetadataReference()));

    private static readonly Lazy<CSharpCompilation> s_resilience = new(static () =>
        OfProject("Net.Async.Resilience", s_core.Value.ToMetadataReference(), MetadataReference.CreateFromFile(typeof(Polly.ResiliencePipeline).Assembly.Location)));

    // What the packages of Microsoft.Extensions bring, beside the tests.
    private static readonly Lazy<MetadataReference[]> s_extensions = new(static () =>
        [.. Directory.EnumerateFiles(AppContext.BaseDirectory, "Microsoft.Extensions.*.dll").Select(static file => MetadataReference.CreateFromFile(file))]);

    private static readonly Lazy<CSharpCompilation> s_hosting = new(static () => OfProject("Net.Async.Hosting", [s_core.Value.ToMetadataReference(), .. s_extensions.Value]));

    // The shared framework of ASP.NET Core lies beside that of .NET. The tests do not run on it, so that its own copies of the packages are the ones to compile with.
    private static readonly Lazy<MetadataReference[]> s_aspNetCore = new(static () =>
    [
        .. Directory.EnumerateFiles(AspNetCoreFolder(), "Microsoft.*.dll").Select(static file => MetadataReference.CreateFromFile(file)),
    ]);

    private static readonly Lazy<CSharpCompilation> s_ofAspNetCore = new(static () => OfProject("Net.Async.AspNetCore", [s_core.Value.ToMetadataReference(), .. s_aspNetCore.Value]));

    private static readonly Lazy<MetadataReference[]> s_framework = new(static () =>
    [
        .. Directory.EnumerateFiles(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "*.dll")
            .Where(static file => Path.GetFileName(file).StartsWith("System.", StringComparison.Ordinal) || Path.GetFileName(file).StartsWith("Microsoft.Win32.", StringComparison.Ordinal))
            .Select(static file => MetadataReference.CreateFromFile(file)),
    ]);

    public static CSharpCompilation Core => s_core.Value;

    public static CSharpCompilation Testing => s_testing.Value;

    public static CSharpCompilation Dns => s_dns.Value;

    public static CSharpCompilation Resilience => s_resilience.Value;

    public static CSharpCompilation Hosting => s_hosting.Value;

    public static CSharpCompilation AspNetCore => s_ofAspNetCore.Value;

    public static IReadOnlyList<MetadataReference> Extensions => s_extensions.Value;

    /// <summary>The assemblies of ASP.NET Core, those of Microsoft.Extensions included.</summary>
    public static IReadOnlyList<MetadataReference> AspNetCoreFramework => s_aspNetCore.Value;

    /// <summary>Compiles files given as path from <c>src</c> on and text. One that does not compile would hide what it uses: that is an error here.</summary>
    public static CSharpCompilation Compile(string name, IEnumerable<(string Path, string Text)> files, params MetadataReference[] references)
    {
        var language = new CSharpParseOptions(LanguageVersion.CSharp14, DocumentationMode.Parse);
        var trees = files.Append(("ImplicitUsings.cs", ImplicitUsings)).Select(file => CSharpSyntaxTree.ParseText(file.Item2, language, file.Item1));
        var options = new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: true);
        var compilation = CSharpCompilation.Create(name, trees, [.. s_framework.Value, .. references], options);
        var errors = compilation.GetDiagnostics().Where(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error && !s_generated.Contains(diagnostic.Id)).ToArray();
        Assert.True(errors.Length == 0, string.Join('\n', errors.Select(static error => error.ToString())));
        return compilation;
    }

    // shared/Microsoft.NETCore.App/10.0.x beside shared/Microsoft.AspNetCore.App/10.0.y.
    private static string AspNetCoreFolder()
    {
        var runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var all = Path.Combine(runtime, "..", "..", "Microsoft.AspNetCore.App");
        var version = Path.GetFileName(runtime);
        return Directory.EnumerateDirectories(all, $"{version.Split('.')[0]}.*").MaxBy(folder => Version.TryParse(Path.GetFileName(folder), out var found) ? found : new Version())!;
    }

    private static CSharpCompilation OfProject(string project, params MetadataReference[] references) =>
        Compile(project, SourceTree.Files(project).Select(static file => (SourceTree.Relative(file), File.ReadAllText(file))), references);
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Net.Async.Tests;

/// <summary>The library as the compiler sees it: one compilation a project, without a build.</summary>
internal static class Sources
{
    // What ImplicitUsings adds to every file of the projects.
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    // Native calls get their bodies from a generator that does not run here: a partial method without one, and what it would have assigned.
    private static readonly string[] s_generated = ["CS8795", "CS0165"];

    private static readonly Lazy<CSharpCompilation> s_core = new(static () => OfProject("Net.Async"));
    private static readonly Lazy<CSharpCompilation> s_testing = new(static () => OfProject("Net.Async.Testing", s_core.Value.ToMetadataReference()));
    private static readonly Lazy<CSharpCompilation> s_dns = new(static () => OfProject("Net.Async.Dns", s_core.Value.ToMetadataReference()));

    private static readonly Lazy<CSharpCompilation> s_resilience = new(static () =>
        OfProject("Net.Async.Resilience", s_core.Value.ToMetadataReference(), MetadataReference.CreateFromFile(typeof(Polly.ResiliencePipeline).Assembly.Location)));

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

    private static CSharpCompilation OfProject(string project, params MetadataReference[] references) =>
        Compile(project, SourceTree.Files(project).Select(static file => (SourceTree.Relative(file), File.ReadAllText(file))), references);
}

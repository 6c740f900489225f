using System.Runtime.CompilerServices;

namespace Net.Async.Tests;

/// <summary>The source files of the library, as they lie in the repository.</summary>
internal static class SourceTree
{
    public static string Root { get; } = FindRoot();

    public static string Src { get; } = Path.Combine(Root, "src");

    /// <summary>Every C# file below a folder of <c>src</c>; what a build left behind is no source.</summary>
    public static IReadOnlyList<string> Files(string folder = "") =>
    [
        .. Directory.EnumerateFiles(Path.Combine(Src, folder), "*.cs", SearchOption.AllDirectories)
            .Where(static file => !Relative(file).Split('/').Any(static part => part is "bin" or "obj"))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The path from <c>src</c> on, with forward slashes.</summary>
    public static string Relative(string file) => Path.GetRelativePath(Src, file).Replace('\\', '/');

    private static string FindRoot([CallerFilePath] string thisFile = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", ".."));
}

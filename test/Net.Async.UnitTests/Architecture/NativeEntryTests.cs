using System.Text.RegularExpressions;

namespace Net.Async.Tests;

/// <summary>Each function of the system's libraries is declared once, so that its errors and layouts are handled in one place.</summary>
public partial class NativeEntryTests
{
    [Fact]
    public void EveryNativeFunction_IsDeclaredOnce() =>
        Assert.DoesNotContain(SourceTree.Files().SelectMany(static file => DeclaredIn(File.ReadAllText(file))).CountBy(static name => name), static count => count.Value > 1);

    [Fact]
    public void EveryNativeFunction_IsDeclaredInTheNativeRoom()
    {
        var files = SourceTree.Files().Where(static file => DeclaredIn(File.ReadAllText(file)).Any()).Select(SourceTree.Relative).ToArray();

        Assert.Equal(["Net.Async/Io/Native/LibC.cs"], files);
    }

    [Fact]
    public void DeclaredIn_MadeUpFile_NamesTheEntryPoints() =>
        Assert.Equal(["close", "recv"], DeclaredIn("""
            [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
            private static partial int CloseDescriptor(int descriptor);

            [LibraryImport("libc", SetLastError = true)]
            [SuppressGCTransition]
            internal static unsafe partial nint recv(int descriptor, byte* buffer, nuint length, int flags);
            """));

    private static IEnumerable<string> DeclaredIn(string text) =>
        Declaration().Matches(text).Select(static match => match.Groups["entry"] is { Success: true } entry ? entry.Value : match.Groups["method"].Value);

    [GeneratedRegex("""\[LibraryImport\([^\)]*?(EntryPoint = "(?<entry>\w+)")?[^\)"]*\)\](\s*\[[^\]]*\])*[^;]*?(?<method>\w+)\(""")]
    private static partial Regex Declaration();
}

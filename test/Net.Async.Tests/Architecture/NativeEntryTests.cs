using System.Text.RegularExpressions;

namespace Net.Async.Tests;

/// <summary>Each function of the system's libraries is declared once, so that its errors and layouts are handled in one place.</summary>
public partial class NativeEntryTests
{
    /// <summary>Functions that are declared more than once. The list only shrinks.</summary>
    private static readonly string[] s_known = ["epoll_ctl", "sendmsg", "socketpair", "statx"];

    [Fact]
    public void EveryNativeFunction_IsDeclaredOnce() =>
        Assert.Equal(s_known, SourceTree.Files().SelectMany(static file => DeclaredIn(File.ReadAllText(file))).CountBy(static name => name).Where(static count => count.Value > 1).Select(static count => count.Key).Order(StringComparer.Ordinal));

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

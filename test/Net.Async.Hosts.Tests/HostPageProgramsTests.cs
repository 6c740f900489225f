using Microsoft.AspNetCore.Builder;

namespace Net.Async.Tests.Loopback;

/// <summary>The programs in the pages of hosts run as they are, and print what the page says.</summary>
public sealed class HostPageProgramsTests
{
    public static TheoryData<string, int> Programs => PagePrograms.All(ofHosts: true);

    // Beside the libraries of these tests, which are those of a project with every package of ours.
    [Theory, MemberData(nameof(Programs))]
    public async Task Page_Program_PrintsWhatThePageSays(string page, int number)
    {
        var (code, output) = PagePrograms.Of(page)[number];
        var file = Path.Combine(AppContext.BaseDirectory, $"{Path.GetFileNameWithoutExtension(page)}-{Guid.NewGuid():N}.dll");
        try
        {
            PagePrograms.Build(code, file, References(), isWeb: true);
            await using var program = PagePrograms.Start(file, "Net.Async.Hosts.Tests");

            var printed = await program.Output.ReadToEndAsync().Soon();

            Assert.Equal(output, printed);
            Assert.Equal(0, await program.WaitForExitAsync());
        }
        finally
        {
            File.Delete(file);
        }
    }

    // A package that is newer than the framework takes its place, as in a build.
    internal static IEnumerable<string> References() => PagePrograms.Framework(typeof(object)).Concat(PagePrograms.Framework(typeof(WebApplication)))
        .Concat(Directory.EnumerateFiles(AppContext.BaseDirectory, "*.dll").Where(static file => Path.GetFileName(file) is var name
            && (name.StartsWith("Net.Async", StringComparison.Ordinal) || name.StartsWith("Orleans", StringComparison.Ordinal) || name.StartsWith("Microsoft.Extensions", StringComparison.Ordinal))))
        .GroupBy(static file => Path.GetFileName(file)).Select(static files => files.Last());
}

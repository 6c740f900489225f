namespace Net.Async.Tests.Loopback;

/// <summary>The programs in the pages run as they are, and print what the page says.</summary>
public sealed class PageProgramsTests : LeakCheck
{
    private static readonly string[] s_libraries =
    [
        .. new[] { typeof(Connection), typeof(DnsStubResolver), typeof(ResilientConnector), typeof(Net.Async.Testing.MemoryNetwork), typeof(Polly.ResiliencePipeline) }.Select(static type => type.Assembly.Location),
    ];

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("net-async-");

    public static TheoryData<string, int> Programs => PagePrograms.All(ofHosts: false);

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    [Theory, MemberData(nameof(Programs))]
    public async Task Page_Program_PrintsWhatThePageSays(string page, int number)
    {
        var (code, output) = PagePrograms.Of(page)[number];
        foreach (var library in s_libraries)
            File.Copy(library, Path.Combine(_directory.FullName, Path.GetFileName(library)));
        var file = Path.Combine(_directory.FullName, "program.dll");
        PagePrograms.Build(code, file, [.. PagePrograms.Framework(typeof(object)), .. s_libraries]);
        await using var program = PagePrograms.Start(file, "Net.Async.Tests");

        var printed = await program.Output.ReadToEndAsync().Soon();

        Assert.Equal(output, printed);
        Assert.Equal(0, await program.WaitForExitAsync());
    }

    [Theory]
    [InlineData("docs/getting-started.md", 3)]
    [InlineData("docs/recipes.md", 7)]
    [InlineData("src/Net.Async/README.md", 1)]
    public void Programs_OfAPage_AreFound(string page, int count) => Assert.Equal(count, PagePrograms.Of(page).Length);
}

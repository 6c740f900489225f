namespace Net.Async.Tests;

public class SourceFilesTests
{
    private const int MostLines = 250;

    [Fact]
    public void EveryFile_Lines_AreAtMost250() =>
        Assert.DoesNotContain(SourceTree.Files().Select(static file => (File: SourceTree.Relative(file), Lines: File.ReadLines(file).Count())),
            static file => file.Lines > MostLines);

    // Folded anywhere else, an address could slip past a block list in its mapped form.
    [Fact]
    public void MapToIPv4_OutsideOfAddresses_IsNotMentioned()
    {
        var mentions = SourceTree.Files().Where(static file => File.ReadAllText(file).Contains("MapToIPv4", StringComparison.Ordinal)).Select(SourceTree.Relative);

        Assert.Equal(["Net.Async/Addresses/AddressFolding.cs"], mentions);
    }
}

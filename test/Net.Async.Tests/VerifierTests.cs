using Xunit.Sdk;

namespace Net.Async.Tests;

public sealed class VerifierTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("verifier-");

    private string SourceFile => Path.Combine(_directory.FullName, "SampleTests.cs");

    private string VerifiedFile => Path.Combine(_directory.FullName, "SampleTests.Method.verified.txt");

    private string ReceivedFile => Path.Combine(_directory.FullName, "SampleTests.Method.received.txt");

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory]
    [InlineData("one\ntwo", "one\ntwo")]
    [InlineData("one\ntwo\n", "one\ntwo")]
    [InlineData("one\ntwo", "one\ntwo\n")]
    [InlineData("one\r\ntwo\r\n", "one\ntwo")]
    public async Task Verify_SameText_PassesAndRemovesTheReceivedFile(string verified, string received)
    {
        File.WriteAllText(VerifiedFile, verified);
        File.WriteAllText(ReceivedFile, "of an earlier failure");

        await Verify(received);

        Assert.False(File.Exists(ReceivedFile));
    }

    [Fact]
    public async Task Verify_AnotherText_FailsWithTheFirstDifferingLine()
    {
        File.WriteAllText(VerifiedFile, "same\nold\nend\n");

        var failure = await Assert.ThrowsAsync<FailException>(() => Verify("same\nnew\nend"));

        Assert.Contains("Line 2:\n  verified: old\n  received: new", failure.Message, StringComparison.Ordinal);
        Assert.Equal("same\nnew\nend\n", File.ReadAllText(ReceivedFile));
        Assert.Equal("same\nold\nend\n", File.ReadAllText(VerifiedFile));
    }

    [Theory]
    [InlineData("one\n", "one\ntwo", "verified: (no such line)\n  received: two")]
    [InlineData("one\ntwo\n", "one", "verified: two\n  received: (no such line)")]
    [InlineData("one\n", "one\n\n", "verified: (no such line)\n  received: ")]
    [InlineData("one\n", "one ", "verified: one\n  received: one ")]
    public async Task Verify_LongerOrShorterText_Fails(string verified, string received, string difference)
    {
        File.WriteAllText(VerifiedFile, verified);

        var failure = await Assert.ThrowsAsync<FailException>(() => Verify(received));

        Assert.EndsWith(difference, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_NoVerifiedFile_FailsAndWritesTheReceivedFile()
    {
        var failure = await Assert.ThrowsAsync<FailException>(() => Verify("text"));

        Assert.Contains("There is no SampleTests.Method.verified.txt yet", failure.Message, StringComparison.Ordinal);
        Assert.Equal("text\n", File.ReadAllText(ReceivedFile));
        Assert.False(File.Exists(VerifiedFile));
    }

    [Fact]
    public void CallerFilePath_OfThisProject_IsTheRealPath() => Assert.True(File.Exists(ThisFile()));

    private Task Verify(string text) => Verifier.Verify(text, SourceFile, "Method");

    private static string ThisFile([System.Runtime.CompilerServices.CallerFilePath] string path = "") => path;
}

using Net.Async.Tests.Tls;

namespace Net.Async.Tests.Loopback;

/// <summary>The servers that speak TLS, as their page shows them, with OpenSSL's own client.</summary>
public sealed class TlsSampleTests : IDisposable
{
    private readonly CertificateFolder _files = new("net-async-sample-");

    public void Dispose() => _files.Dispose();

    [LinuxFact]
    public async Task SelfTest_EachServer_Answers()
    {
        await using var sample = Start();
        var lines = await sample.Output.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(await sample.WaitForExitAsync() == 0, lines);
        Assert.Equal(
            [
                "echo: hello, then the end",
                "lines: 220 ready",
                "lines: 530 say STARTTLS first",
                "lines: 220 go ahead",
                "lines: 250 MAIL over Tls13",
                "anna reads: Anna has come",
                "ben reads: Ben has come",
                "anna reads: Ben has come",
                "ben reads: Ben: good morning",
                "anna reads: Ben: good morning",
                "anna reads: Ben has left",
            ],
            lines.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Needs("openssl")]
    public async Task SClient_OfEachServer_TalksWithIt()
    {
        foreach (var (kind, says, hears) in new[] { ("echo", "hello", "hello"), ("lines", "hello", "250 hello over Tls13"), ("chat", "Anna", "Anna has come") })
        {
            await using var sample = Start(kind, "127.0.0.1:0", _files.Pem(TestCertificates.One), _files.Key(TestCertificates.One));
            var ready = await sample.Output.ReadLineAsync().Soon();
            Assert.StartsWith("ready ", ready, StringComparison.Ordinal);
            await using var client = Child.Start("openssl", ["s_client", "-quiet", "-connect", ready![6..], "-servername", "one.test", "-CAfile", _files.Pem(TestCertificates.Authority), "-verify_return_error",
                .. kind == "lines" ? ["-starttls", "smtp"] : Array.Empty<string>()]);
            await client.TellAsync(says);
            Assert.Equal(hears, (await client.Output.ReadLineAsync().Soon())?.TrimEnd('\r'));
            await sample.TerminateAsync();
            Assert.Equal(0, await sample.WaitForExitAsync());
        }
    }

    [Theory]
    [InlineData(2, "nonsense")]
    [InlineData(2, "echo", "127.0.0.1:99999", "a.pem", "b.pem")]
    [InlineData(1, "chat", "127.0.0.1:0", "/nowhere/a.pem", "/nowhere/b.pem")]
    public async Task Sample_BadArguments_SaysHowAndFails(int exitCode, params string[] arguments)
    {
        await using var sample = Start(arguments);
        Assert.Equal(exitCode, await sample.WaitForExitAsync());
    }

    private static Child Start(params string[] arguments) => Child.Start("dotnet", [Path.Combine(AppContext.BaseDirectory, "TlsServers.dll"), .. arguments]);
}

using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Time.Testing;
using Net.Async.Tests.Contract;
using Net.Async.Tests.Io;
using Net.Async.Tests.Serving;

namespace Net.Async.Tests.Tls;

/// <summary>Which certificate is shown, who has to show one, and how they change while a server runs.</summary>
public class TlsCertificatesTests : LeakCheck
{
    [Fact]
    public void Listen_WithoutACertificateOrItsKey_IsAnArgumentError()
    {
        Assert.Throws<ArgumentException>(static () => Server.Listen(0, new ServerOptions { Upgrade = { Tls = new() } }));
        using var bare = X509CertificateLoader.LoadCertificate(TestCertificates.One.Export(X509ContentType.Cert));
        Assert.Throws<ArgumentException>(() => new TlsServerOptions { Certificate = bare });
        Assert.Throws<ArgumentException>(() => new TlsClientOptions { ClientCertificate = bare });
        Assert.Throws<ArgumentException>(static () => new TlsClientOptions { TargetHost = "" });
    }

    [Theory, Engines]
    public async Task SelectCertificate_ByName_ElseTheOther(string engine)
    {
        await using var server = TlsTests.Listen(engine, TestCertificates.Server() with { SelectCertificate = static name => name == "two.test" ? TestCertificates.Two : null });
        var serving = server.ServeAsync(ServerTests.Echo);
        foreach (var (name, expected) in new[] { ("two.test", TestCertificates.Two), ("one.test", TestCertificates.One) })
        {
            await using var client = await TlsTests.ConnectAsync(engine, server, TestCertificates.ClientOf(name)).Soon();
            Assert.Equal(expected.Thumbprint, client.Tls!.PeerCertificate!.Thumbprint);
        }

        await server.StopAsync(TimeSpan.Zero).Soon();
        await serving.Soon();
    }

    [Theory, Engines]
    public async Task ClientCertificates_EachMode_LetsInWhomItSays(string engine)
    {
        foreach (var (mode, shows, isIn) in new[]
        {
            (TlsClientCertificateMode.None, true, true), (TlsClientCertificateMode.Allow, false, true), (TlsClientCertificateMode.Allow, true, true),
            (TlsClientCertificateMode.Require, false, false), (TlsClientCertificateMode.Require, true, true),
        })
        {
            var observer = new TestObserver();
            await using var server = TlsTests.Listen(engine, TestCertificates.Server() with { ClientCertificates = mode, ChainPolicy = TestCertificates.Trust() }, observer);
            var serving = server.ServeAsync(static (connection, token) => connection.WriteLineAsync(connection.Tls!.PeerCertificate?.Subject ?? "none", token));
            try
            {
                await using var client = await TlsTests.ConnectAsync(engine, server, TestCertificates.ClientOf() with { ClientCertificate = shows ? TestCertificates.Client : null }).Soon();
                // In TLS 1.3 the client is done before the server has judged it: the first read tells.
                Assert.Equal(shows && mode != TlsClientCertificateMode.None ? "CN=client.test" : "none", await client.ReadLineAsync().Soon());
                Assert.True(isIn);
            }
            catch (ConnectionException exception)
            {
                Assert.False(isIn, exception.ToString());
                await Eventually.IsAsync(() => observer.Count("upgrade failed") == 1, "it was not told");
            }

            await server.StopAsync(TimeSpan.Zero).Soon();
            await serving.Soon();
        }
    }

    [Theory, Engines]
    public async Task ClientCertificates_RequiredAndTheJudgementLooksAtNone_LetsNoneIn(string engine)
    {
        var observer = new TestObserver();
        await using var server = TlsTests.Listen(engine, TestCertificates.Server() with { ClientCertificates = TlsClientCertificateMode.Require, ValidateClient = static (_, _, _, errors) => errors >= System.Net.Security.SslPolicyErrors.None }, observer);
        var serving = server.ServeAsync(ServerTests.Echo);
        await Assert.ThrowsAsync<ConnectionException>(async () =>
        {
            await using var client = await TlsTests.ConnectAsync(engine, server, TestCertificates.ClientOf()).Soon();
            await client.Input.ReadAsync().Soon();
        });
        await Eventually.IsAsync(() => observer.Count("upgrade failed") == 1, "it was not told");
        await server.StopAsync(TimeSpan.Zero).Soon();
        await serving.Soon();
    }

    [Theory, Engines]
    public async Task CertificateSource_ReloadedUnderLoad_NoConnectionFails(string engine)
    {
        var current = TestCertificates.One;
        var source = TlsCertificateSource.FromFunction(() => [current]);
        var observer = new TestObserver();
        await using var server = TlsTests.Listen(engine, new TlsServerOptions { CertificateSource = source }, observer);
        var serving = server.ServeAsync(ServerTests.Echo);
        var seen = new System.Collections.Concurrent.ConcurrentDictionary<string, int>();
        using var done = new CancellationTokenSource();
        var clients = Enumerable.Range(0, 4).Select(_ => ConnectAgainAndAgainAsync()).ToArray();
        for (var i = 0; i < 20; i++)
        {
            current = i % 2 == 0 ? TestCertificates.Two : TestCertificates.One;
            Assert.True(source.TryReload());
            var expected = current.Thumbprint;
            var before = seen.GetValueOrDefault(expected);
            await Eventually.IsAsync(() => seen.GetValueOrDefault(expected) > before + 4, "no client saw the new certificate");
        }

        await done.CancelAsync();
        await Task.WhenAll(clients).Soon();
        Assert.Equal((0, 0), (observer.Count("upgrade failed"), observer.Count("handler failed")));
        await server.StopAsync().Soon();
        await serving.Soon();

        async Task ConnectAgainAndAgainAsync()
        {
            while (!done.IsCancellationRequested)
            {
                await using var client = await TlsTests.ConnectAsync(engine, server, new TlsClientOptions { TargetHost = "localhost", ChainPolicy = TestCertificates.Trust() });
                await client.WriteLineAsync("x");
                Assert.Equal("x", await client.ReadLineAsync());
                seen.AddOrUpdate(client.Tls!.PeerCertificate!.Thumbprint, 1, static (_, count) => count + 1);
                await client.CloseAsync();
            }
        }
    }

    [Fact]
    public async Task FromPemFiles_FilesChange_ThoseThatCannotBeReadKeepTheLastGoodOne()
    {
        var directory = Directory.CreateTempSubdirectory("net-async-tls-");
        try
        {
            var (certificates, key) = (Path.Combine(directory.FullName, "fullchain.pem"), Path.Combine(directory.FullName, "key.pem"));
            Write(TestCertificates.One);
            var time = new FakeTimeProvider();
            Exception? told = null;
            var source = TlsCertificateSource.FromPemFiles(certificates, key, new() { TimeProvider = time, OnError = exception => told = exception });
            Assert.Equal(TestCertificates.One.Thumbprint, source.Certificate.Thumbprint);

            Write(TestCertificates.Two);
            _ = source.Current();
            Assert.Equal(TestCertificates.One.Thumbprint, source.Certificate.Thumbprint);
            time.Advance(TimeSpan.FromSeconds(10));
            _ = source.Current();
            await Eventually.IsAsync(() => source.Certificate.Thumbprint == TestCertificates.Two.Thumbprint, "it was not loaded");

            await File.WriteAllTextAsync(key, "no key");
            time.Advance(TimeSpan.FromSeconds(10));
            await Eventually.IsAsync(() => { _ = source.Current(); return told is not null; }, "the failure was not told");
            Assert.Same(told, source.LastError);
            Assert.Equal(TestCertificates.Two.Thumbprint, source.Certificate.Thumbprint);
            Write(TestCertificates.One);
            Assert.True(source.TryReload());
            Assert.Null(source.LastError);

            void Write(X509Certificate2 certificate)
            {
                File.WriteAllText(certificates, certificate.ExportCertificatePem() + "\n" + TestCertificates.Authority.ExportCertificatePem());
                File.WriteAllText(key, certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
            }
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public void FromFunction_BringsNone_IsAnArgumentError()
    {
        Assert.Throws<ArgumentException>(static () => TlsCertificateSource.FromFunction(static () => []));
        Assert.Throws<ArgumentNullException>(static () => TlsCertificateSource.FromFunction(null!));
        Assert.Throws<ArgumentException>(static () => TlsCertificateSource.FromPemFiles(""));
        Assert.Throws<FileNotFoundException>(static () => TlsCertificateSource.FromPemFiles("/no-such-file.pem"));
    }
}

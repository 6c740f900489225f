using System.Diagnostics;
using Net.Async.Tests.Contract;
using Net.Async.Tests.Io;
using Net.Async.Tests.Loopback;
using Net.Async.Tests.Serving;

namespace Net.Async.Tests.Tls;

/// <summary>The other side is OpenSSL's own program, in both roles.</summary>
public sealed class OpenSslTests : LeakCheck, IDisposable
{
    private readonly CertificateFolder _files = new("net-async-openssl-");

    public static readonly string[] Versions = ["-tls1_2", "-tls1_3"];

    public void Dispose() => _files.Dispose();

    [Needs("openssl")]
    public async Task SClient_EitherVersionWithAndWithoutCertificate_IsAnswered()
    {
        foreach (var (engine, version, shows) in from engine in Engines.Names from version in Versions from shows in (bool[])[false, true] select (engine, version, shows))
        {
            await using var server = TlsTests.Listen(engine, TestCertificates.Server() with
            {
                ClientCertificates = shows ? TlsClientCertificateMode.Require : TlsClientCertificateMode.None,
                ChainPolicy = TestCertificates.Trust(),
                ApplicationProtocols = [new("netasync")],
            });
            string? reason = null;
            var serving = server.ServeAsync(async (connection, token) =>
            {
                var line = await connection.ReadLineAsync(cancellationToken: token);
                await connection.WriteLineAsync($"{line} from {connection.Tls!.PeerCertificate?.Subject ?? "none"} for {connection.Tls.HostName} by {connection.Tls.ApplicationProtocol}", token);
                connection.Closed.Register(() => reason = connection.CloseReason!.ToString());
            });
            await using var client = Child.Start("openssl", ["s_client", version, "-connect", $"127.0.0.1:{server.Port()}", "-servername", "one.test", "-alpn", "netasync", "-quiet", "-CAfile", _files.Pem(TestCertificates.Authority),
                "-verify_return_error", .. shows ? ["-cert", _files.Pem(TestCertificates.Client), "-key", _files.Key(TestCertificates.Client)] : Array.Empty<string>()]);
            await client.TellAsync("hello");
            Assert.Equal($"hello from {(shows ? "CN=client.test" : "none")} for one.test by netasync", await client.Output.ReadLineAsync().Soon());
            // Its end behind the server's: clean on both sides.
            await Eventually.IsAsync(() => reason is not null, "the connection has not ended");
            Assert.Contains("IsClean = True", reason, StringComparison.Ordinal);
            await server.StopAsync(TimeSpan.Zero).Soon();
            await serving.Soon();
        }
    }

    [Needs("openssl")]
    public async Task SServer_EitherVersionWithAndWithoutCertificate_Answers()
    {
        foreach (var (engine, version, shows) in from engine in Engines.Names from version in Versions from shows in (bool[])[false, true] select (engine, version, shows))
        {
            using var probe = BoundSocket.Bind(NetEndPoint.Loopback(0));
            var port = ((System.Net.IPEndPoint)probe.LocalEndPoint).Port;
            probe.Dispose();
            await using var server = Child.Start("openssl", ["s_server", version, "-accept", $"127.0.0.1:{port}", "-cert", _files.Pem(TestCertificates.One), "-key", _files.Key(TestCertificates.One), "-alpn", "netasync",
                "-rev", "-naccept", "1", "-CAfile", _files.Pem(TestCertificates.Authority), .. shows ? ["-Verify", "2", "-verify_return_error"] : Array.Empty<string>()]);
            await using var client = await ConnectAsync(engine, port, TestCertificates.ClientOf() with { ApplicationProtocols = [new("netasync")], ClientCertificate = shows ? TestCertificates.Client : null });
            await client.WriteLineAsync("hello");
            Assert.Equal("olleh", await client.ReadLineAsync().Soon());
            Assert.Equal("netasync", client.Tls!.ApplicationProtocol.ToString());
            await client.CloseAsync().Soon();
            Assert.True(client.CloseReason!.IsClean);
        }
    }

    [Needs("openssl")]
    public async Task SClient_WithASessionOfBefore_ResumesIt()
    {
        foreach (var (engine, version) in from engine in Engines.Names from version in Versions select (engine, version))
        {
            await using var server = TlsTests.Listen(engine, TestCertificates.Server());
            var serving = server.ServeAsync(ServerTests.Echo);
            var session = _files.PathOf("session" + engine + version);
            Assert.Contains("New, ", await RunAsync("-sess_out"), StringComparison.Ordinal);
            Assert.Contains("Reused, ", await RunAsync("-sess_in"), StringComparison.Ordinal);
            await server.StopAsync(TimeSpan.Zero).Soon();
            await serving.Soon();

            async Task<string> RunAsync(string option)
            {
                await using var client = Child.Start("openssl", "s_client", version, "-connect", $"127.0.0.1:{server.Port()}", "-servername", "one.test", option, session);
                await client.TellAsync("x");
                var said = new List<string>();
                // The echo comes behind the tickets.
                while (await client.Output.ReadLineAsync().Soon() is { } line && line != "x")
                    said.Add(line);
                await client.TellAsync("Q");
                await client.WaitForExitAsync();
                return string.Join('\n', said);
            }
        }
    }

    private static async Task<Connection> ConnectAsync(string engine, int port, TlsClientOptions tls)
    {
        var connector = new HappyEyeballsConnector(Engines.Connecting(engine) with { Tls = tls });
        for (var watch = Stopwatch.StartNew(); ; await Task.Delay(5))
        {
            try
            {
                return await connector.ConnectAsync(NetEndPoint.Loopback(port));
            }
            catch (ConnectionException exception) when (exception.Error == ConnectionError.Refused && watch.Elapsed < Eventually.Limit)
            {
                // It does not listen yet.
            }
        }
    }
}

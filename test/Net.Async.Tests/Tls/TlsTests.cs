using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using Net.Async.Tests.Contract;
using Net.Async.Tests.Io;
using Net.Async.Tests.Serving;

namespace Net.Async.Tests.Tls;

/// <summary>Both sides of TLS over both engines: what is agreed on, and how a direction ends.</summary>
public class TlsTests : LeakCheck
{
    public static IEnumerable<object[]> EnginesAndVersions =>
        from engine in Engines.Names from version in (SslProtocols[])[SslProtocols.Tls12, SslProtocols.Tls13] select new object[] { engine, version };

    [Theory, MemberData(nameof(EnginesAndVersions))]
    public async Task Echo_EitherVersion_BothSidesKnowWhatWasAgreedOn(string engine, SslProtocols version)
    {
        var options = TestCertificates.Server() with { Protocols = version, ApplicationProtocols = [new("two"), new("one")] };
        await using var server = Listen(engine, options);
        TlsFeature? seen = null;
        var serving = server.ServeAsync((connection, token) =>
        {
            seen = connection.Tls;
            return connection.Input.CopyToAsync(connection.Output, token);
        });
        await using var client = await ConnectAsync(engine, server, TestCertificates.ClientOf() with { ApplicationProtocols = [new("one")] });
        var bytes = Bytes.Random(200_000);
        var reading = client.Input.ReadToEndAsync();
        await client.Output.WriteAsync(bytes).Soon();
        await client.Output.CompleteAsync().Soon();
        Assert.Equal(bytes, await reading.Soon());
        await client.CloseAsync().Soon();
        Assert.True(client.CloseReason!.IsClean, client.CloseReason.ToString());

        Assert.Equal((version, version), (client.Tls!.Protocol, seen!.Protocol));
        Assert.Equal(client.Tls.CipherSuite, seen.CipherSuite);
        Assert.Equal(("one", "one"), (client.Tls.ApplicationProtocol.ToString(), seen.ApplicationProtocol.ToString()));
        Assert.Equal(("one.test", "one.test"), (client.Tls.HostName, seen.HostName));
        Assert.Equal((false, true), (client.Tls.IsServer, seen.IsServer));
        Assert.Equal(TestCertificates.One.Thumbprint, client.Tls.PeerCertificate!.Thumbprint);
        Assert.Equal(TestCertificates.One.Thumbprint, seen.LocalCertificate!.Thumbprint);
        Assert.Null(seen.PeerCertificate);
        await server.StopAsync().Soon();
        await serving.Soon();
    }

    [Theory, MemberData(nameof(EnginesAndVersions))]
    public async Task CompleteOutput_PeerStillAnswers_BothEndsAreClean(string engine, SslProtocols version)
    {
        await using var pair = await PairAsync(engine, version);
        await pair.Client.Output.WriteAsync("question"u8.ToArray()).Soon();
        await pair.Client.Output.CompleteAsync().Soon();
        Assert.Equal("question"u8.ToArray(), await pair.Accepted.Input.ReadToEndAsync().Soon());
        await pair.Accepted.Output.WriteAsync(Bytes.Random(100_000)).Soon();
        var reading = pair.Client.Input.ReadToEndAsync();
        await pair.Accepted.Output.CompleteAsync().Soon();
        Assert.Equal(100_000, (await reading.Soon()).Length);
        await Eventually.FiresAsync("the client did not close", pair.Client.Closed);
        await Eventually.FiresAsync("the server's did not close", pair.Accepted.Closed);
        Assert.True(pair.Client.CloseReason!.IsClean && pair.Accepted.CloseReason!.IsClean);
    }

    [Theory, MemberData(nameof(EnginesAndVersions))]
    public async Task Read_FinWithoutCloseNotify_IsTruncation(string engine, SslProtocols version)
    {
        await using var pair = await PairAsync(engine, version);
        await pair.Client.Output.WriteAsync("half a mess"u8.ToArray()).Soon();
        pair.Client.Socket!.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        Assert.Equal("half a mess"u8.ToArray(), await pair.Accepted.Input.ReadExactlyAsync(11).Soon());

        var truncated = await Assert.ThrowsAsync<ConnectionException>(() => pair.Accepted.Input.ReadAsync().Soon());

        Assert.Equal(ConnectionError.Truncated, truncated.Error);
        Assert.Equal(ConnectionError.Truncated, pair.Accepted.CloseReason!.Error);
    }

    [Theory, MemberData(nameof(EnginesAndVersions))]
    public async Task CopyToAsync_FinWithoutCloseNotify_Throws(string engine, SslProtocols version)
    {
        await using var pair = await PairAsync(engine, version);
        await pair.Client.Output.WriteAsync("half a mess"u8.ToArray()).Soon();
        var target = new MemoryStream();
        var copying = pair.Accepted.Input.CopyToAsync(target);
        await Eventually.IsAsync(() => target.Length == 11, "the bytes did not come");
        pair.Client.Socket!.Shutdown(System.Net.Sockets.SocketShutdown.Send);

        Assert.Equal(ConnectionError.Truncated, (await Assert.ThrowsAsync<ConnectionException>(() => copying.Soon())).Error);
        Assert.Equal("half a mess"u8.ToArray(), target.ToArray());
    }

    [Theory, Engines]
    public async Task CopyBothWaysAtOnce_Much_ArrivesWhole(string engine)
    {
        await using var pair = await PairAsync(engine, SslProtocols.None);
        var (up, down) = (Bytes.Random(8_000_000), Bytes.Random(8_000_000));
        var reading = (pair.Client.Input.ReadToEndAsync(), pair.Accepted.Input.ReadToEndAsync());
        var writing = Task.WhenAll(SendAsync(pair.Client, up), SendAsync(pair.Accepted, down));
        Assert.Equal(down, await reading.Item1.Soon());
        Assert.Equal(up, await reading.Item2.Soon());
        await writing.Soon();

        static async Task SendAsync(Connection connection, byte[] bytes)
        {
            await connection.Output.WriteAsync(bytes);
            await connection.Output.CompleteAsync();
        }
    }

    [Theory, Engines]
    public async Task ConnectAsync_CertificateOfAnotherName_IsTheErrorOfTheAttempt(string engine)
    {
        var observer = new TestObserver();
        await using var server = Listen(engine, TestCertificates.Server(), observer);
        var accepting = server.AcceptAsync().AsTask();

        var failed = await Assert.ThrowsAsync<ConnectionException>(() => ConnectAsync(engine, server, TestCertificates.ClientOf("other.test")).Soon());

        Assert.Equal(ConnectionError.EstablishFailed, failed.Error);
        Assert.IsType<AuthenticationException>(failed.InnerException);
        Assert.Equal(ConnectOutcome.Failed, Assert.Single(failed.Attempts).Outcome);
        Assert.True(failed.Attempts[0].IsReached);
        await server.StopAsync(TimeSpan.Zero).Soon();
        // In TLS 1.3 the server may be done before the client has judged it.
        await accepting.ContinueWith(static accepted => accepted.IsCompletedSuccessfully ? accepted.Result.DisposeAsync().AsTask() : Task.CompletedTask, TaskScheduler.Default).Unwrap().Soon();
    }

    [Theory, Engines]
    public async Task Handshake_Garbage_IsCountedAndTold(string engine)
    {
        var observer = new TestObserver();
        await using var server = Listen(engine, TestCertificates.Server(), observer);
        var accepting = server.AcceptAsync().AsTask();
        await using var client = await Connection.ConnectAsync(server.LocalEndPoint);
        await client.Output.WriteAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray());
        await Eventually.IsAsync(() => observer.Count("upgrade failed") == 1, "the failure was not told");
        var failure = Assert.IsType<ConnectionException>(observer.Only<FailedUpgrade>("upgrade failed").Exception);
        Assert.Equal(ConnectionError.EstablishFailed, failure.Error);

        await using var good = await ConnectAsync(engine, server, TestCertificates.ClientOf());
        await (await accepting.Soon()).DisposeAsync();
    }

    internal static Server Listen(string engine, TlsServerOptions tls, TestObserver? observer = null) =>
        Server.Listen(0, Engines.Serving(engine) with { Upgrade = new() { Tls = tls }, Observer = observer });

    internal static Task<Connection> ConnectAsync(string engine, Server server, TlsClientOptions tls) =>
        new HappyEyeballsConnector(Engines.Connecting(engine) with { Tls = tls }).ConnectAsync(server.LocalEndPoint);

    internal static async Task<Pair> PairAsync(string engine, SslProtocols version)
    {
        var server = Listen(engine, TestCertificates.Server() with { Protocols = version });
        var accepting = server.AcceptAsync();
        var client = await ConnectAsync(engine, server, TestCertificates.ClientOf()).Soon();
        return new Pair(server, client, await accepting.Soon());
    }
}

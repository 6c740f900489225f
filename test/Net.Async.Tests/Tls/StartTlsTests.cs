using System.Text;
using Net.Async.Tests.Contract;
using Net.Async.Tests.Io;
using Net.Async.Tests.Serving;

namespace Net.Async.Tests.Tls;

/// <summary>The change to TLS in mid-stream, in both roles, and what an attacker does to it.</summary>
public class StartTlsTests : LeakCheck
{
    // Untaken: not over TLS itself.
    [Theory, Transports(Untaken = true)]
    public async Task UpgradeToTlsAsync_BothSides_TalkOnAndTheOldOnesEndCleanly(string name)
    {
        await using var pair = await Transport.Get(name).ConnectPairAsync();
        await pair.Client.WriteLineAsync("STARTTLS");
        Assert.Equal("STARTTLS", await pair.Accepted.ReadLineAsync());
        await pair.Accepted.WriteLineAsync("220 ready");
        Assert.Equal("220 ready", await pair.Client.ReadLineAsync());

        var upgrading = pair.Accepted.UpgradeToTlsAsync(TestCertificates.Server());
        await using var client = await pair.Client.UpgradeToTlsAsync(TestCertificates.ClientOf()).Soon();
        await using var accepted = await upgrading.Soon();
        await client.WriteLineAsync("secret");
        Assert.Equal("secret", await accepted.ReadLineAsync());
        Assert.Equal(("one.test", true), (accepted.Tls!.HostName, accepted.Tls.IsServer));
        Assert.Null(pair.Client.Tls);
        Assert.True(pair.Client.CloseReason!.IsClean && pair.Accepted.CloseReason!.IsClean);
        // For the server it is the same client.
        Assert.Same(accepted, Assert.Single(pair.Server.Connections));
        client.Input.Complete();
        accepted.Input.Complete();
    }

    [Theory, Engines]
    public async Task UpgradeToTlsAsync_BytesBehindTheConsent_AreRefusedAndTheConnectionReset(string engine)
    {
        await using var server = Server.Listen(0, Engines.Serving(engine));
        var accepting = server.AcceptAsync().AsTask();
        await using var client = await Connection.ConnectAsync(server.LocalEndPoint);
        await using var accepted = await accepting.Soon();
        // RFC 3207, 6: the second command is the attacker's, and would be read as if it had come encrypted.
        await client.Output.WriteAsync("STARTTLS\r\nDELETE everything\r\n"u8.ToArray());
        Assert.Equal("STARTTLS", await accepted.ReadLineAsync());

        var refused = await Assert.ThrowsAsync<ConnectionException>(() => accepted.UpgradeToTlsAsync(TestCertificates.Server()).Soon());

        Assert.Equal(ConnectionError.InvalidData, refused.Error);
        Assert.Contains("sent 19 bytes behind the line", refused.Message, StringComparison.Ordinal);
        Assert.Equal(ConnectionError.Reset, (await Assert.ThrowsAsync<ConnectionException>(() => client.Input.ReadAsync().Soon())).Error);
        await Eventually.IsAsync(() => server.ConnectionCount == 0, "it still counts");
    }

    [Theory, Engines]
    public async Task UpgradeToTlsAsync_HandlerAndItsServer_StopAndAbortReachTheNewOne(string engine)
    {
        var observer = new TestObserver();
        await using var server = Server.Listen(0, Engines.Serving(engine) with { Observer = observer, OnError = static (_, _) => { } });
        var serving = server.ServeAsync(static async (connection, _) =>
        {
            await connection.ReadLineAsync(cancellationToken: CancellationToken.None);
            await connection.WriteLineAsync("220 ready", CancellationToken.None);
            var secure = await connection.UpgradeToTlsAsync(TestCertificates.Server(), CancellationToken.None);
            await secure.WriteLineAsync("half an answer", CancellationToken.None);
            if (await secure.ReadLineAsync(cancellationToken: CancellationToken.None) == "throw")
                throw new InvalidDataException();
            await secure.ReadLineAsync(cancellationToken: CancellationToken.None);
        });
        await using var one = await StartAsync(server);
        await one.WriteLineAsync("throw");
        // A truncated answer must not look complete.
        Assert.Equal(ConnectionError.Reset, (await Assert.ThrowsAsync<ConnectionException>(() => one.ReadLineAsync().Soon())).Error);
        await using var two = await StartAsync(server);
        await two.WriteLineAsync("stay");
        Assert.Equal(1, server.ConnectionCount);

        var stopped = await server.StopAsync(TimeSpan.FromMilliseconds(50)).Soon();

        Assert.Equal(1, stopped.Aborted);
        Assert.Equal(ConnectionError.Reset, (await Assert.ThrowsAsync<ConnectionException>(() => two.ReadLineAsync().Soon())).Error);
        await serving.Soon();
        Assert.Equal((2, 2), (observer.Count("accepted"), observer.Count("closed")));
    }

    [Theory, Engines]
    public async Task UpgradeToTlsAsync_PeerIsSilent_EndsByItsTimeLimitOrItsToken(string engine)
    {
        await using var server = Server.Listen(0, Engines.Serving(engine));
        foreach (var cancels in new[] { false, true })
        {
            var accepting = server.AcceptAsync().AsTask();
            await using var client = await Connection.ConnectAsync(server.LocalEndPoint);
            await using var accepted = await accepting.Soon();
            using var source = new CancellationTokenSource();
            var upgrading = accepted.UpgradeToTlsAsync(TestCertificates.Server() with { HandshakeTimeout = TimeSpan.FromMilliseconds(cancels ? 86_400_000 : 50) }, source.Token);
            if (cancels)
            {
                await source.CancelAsync();
                Assert.Equal(source.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => upgrading.Soon())).CancellationToken);
            }
            else
            {
                Assert.Equal(ConnectionError.TimedOut, (await Assert.ThrowsAsync<ConnectionException>(() => upgrading.Soon())).Error);
            }

            Assert.Equal(ConnectionError.Reset, (await Assert.ThrowsAsync<ConnectionException>(() => client.Input.ReadAsync().Soon())).Error);
        }
    }

    [Theory, Engines]
    public async Task UpgradeToTlsAsync_TheFormerIsDisposedOrItsTokenFires_EndsTheHandshake(string engine)
    {
        foreach (var disposes in new[] { true, false })
        {
            using var source = new CancellationTokenSource();
            var options = Engines.Serving(engine);
            await using var server = Server.Listen(0, options with { Connection = options.Connection with { AbortToken = source.Token } });
            var accepting = server.AcceptAsync().AsTask();
            await using var silent = await Connection.ConnectAsync(server.LocalEndPoint);
            var accepted = await accepting.Soon();
            var upgrading = accepted.UpgradeToTlsAsync(TestCertificates.Server());
            if (disposes)
                await accepted.DisposeAsync().Soon();
            else
                await source.CancelAsync();
            await Assert.ThrowsAsync<ConnectionException>(() => upgrading.Soon());
            Assert.Equal(ConnectionError.Reset, (await Assert.ThrowsAsync<ConnectionException>(() => silent.Input.ReadAsync().Soon())).Error);
            await Eventually.IsAsync(() => server.ConnectionCount == 0, "it still counts");
        }
    }

    // At every moment of the change, the last one included: no place with the server is lost.
    [Theory, Engines]
    public async Task UpgradeToTlsAsync_TheFormerIsAbortedMeanwhile_NothingIsLeft(string engine)
    {
        await using var server = Server.Listen(0, Engines.Serving(engine));
        var random = new Random(1);
        for (var i = 0; i < 100; i++)
        {
            var accepting = server.AcceptAsync().AsTask();
            await using var plain = await Connection.ConnectAsync(server.LocalEndPoint);
            var accepted = await accepting.Soon();
            var upgrading = accepted.UpgradeToTlsAsync(TestCertificates.Server());
            var client = plain.UpgradeToTlsAsync(TestCertificates.ClientOf());
            for (var spins = random.Next(200); spins > 0 && !upgrading.IsCompleted; spins--)
                await Task.Yield();
            accepted.Abort();
            await ((Task)upgrading).ContinueWith(static ended => ended.Exception, TaskScheduler.Default).Soon();
            await ((Task)client).ContinueWith(static failed => failed.Exception, TaskScheduler.Default).Soon();
            if (client.IsCompletedSuccessfully)
                await (await client).DisposeAsync();
            await Eventually.IsAsync(() => server.ConnectionCount == 0, "it still counts");
        }
    }

    [Fact]
    public async Task UpgradeToTlsAsync_Mistakes_ChangeNothing()
    {
        await using var pair = await Transport.Get("memory").ConnectPairAsync();
        await Assert.ThrowsAsync<ArgumentException>(() => pair.Client.UpgradeToTlsAsync(new TlsClientOptions()));
        await Assert.ThrowsAsync<ArgumentException>(() => pair.Client.UpgradeToTlsAsync(new TlsServerOptions()));
        await Assert.ThrowsAsync<ArgumentNullException>(() => pair.Client.UpgradeToTlsAsync((TlsClientOptions)null!));
        var reading = pair.Client.Input.ReadAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => pair.Client.UpgradeToTlsAsync(TestCertificates.ClientOf()));
        await pair.Accepted.Output.WriteAsync("on"u8.ToArray());
        Assert.Equal("on", Encoding.ASCII.GetString((await reading.Soon()).Buffer.FirstSpan));
        pair.Client.Input.Complete();
    }

    private static async Task<Connection> StartAsync(Server server)
    {
        var plain = await Connection.ConnectAsync(server.LocalEndPoint);
        await plain.WriteLineAsync("STARTTLS");
        // What comes before the consent may be an attacker's, and is refused.
        Assert.Equal("220 ready", await plain.ReadLineAsync().Soon());
        var secure = await plain.UpgradeToTlsAsync(TestCertificates.ClientOf()).Soon();
        Assert.Equal("half an answer", await secure.ReadLineAsync().Soon());
        return secure;
    }
}

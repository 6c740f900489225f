using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.Extensions.Time.Testing;
using Net.Async.Testing;
using Net.Async.Tests.Contract;
using Net.Async.Tests.Io;
using Net.Async.Tests.Serving;

namespace Net.Async.Tests.Tls;

/// <summary>Handshakes that are slow, silent, cut off or reset, and what they do to others: nothing.</summary>
public class TlsHandshakeTests : LeakCheck
{
    private const int SlowClients = 1000;

    [Theory, Engines]
    public async Task Handshakes_AThousandThatStop_DelayNoOtherAndAreEndedByTheLimit(string engine)
    {
        var (observer, time) = (new TestObserver(), new FakeTimeProvider());
        var options = Engines.Serving(engine);
        await using var server = Server.Listen(0, options with
        {
            Upgrade = new() { Tls = TestCertificates.Server(), Timeout = TimeSpan.FromMinutes(1), MaxConcurrent = 2 * SlowClients },
            Connection = options.Connection with { TimeProvider = time },
            Listener = new() { Backlog = SlowClients },
            Observer = observer,
        });
        var serving = server.ServeAsync(ServerTests.Echo);
        var slow = new List<Socket>();
        try
        {
            for (var i = 0; i < SlowClients; i++)
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                slow.Add(socket);
                await socket.ConnectAsync(server.LocalEndPoint).Soon();
                // The first bytes of a record that never ends.
                await socket.SendAsync(new byte[] { 0x16, 0x03, 0x01, 0x02, 0x00, 0x01 });
            }

            for (var i = 0; i < 20; i++)
            {
                await using var client = await TlsTests.ConnectAsync(engine, server, TestCertificates.ClientOf()).Soon();
                await client.WriteLineAsync("x");
                Assert.Equal("x", await client.ReadLineAsync().Soon());
            }

            Assert.Equal(0, observer.Count("upgrade failed"));
            time.Advance(TimeSpan.FromSeconds(10));
            await Eventually.IsAsync(() => observer.Count("upgrade failed") == SlowClients, "the limit has not ended all of them");
            await Eventually.IsAsync(() => server.ConnectionCount == 0, "places are still taken");
        }
        finally
        {
            slow.ForEach(static socket => socket.Dispose());
        }

        await server.StopAsync(TimeSpan.Zero).Soon();
        await serving.Soon();
    }

    [Theory, Engines]
    public async Task Handshake_StagesLimitIsShorter_EndsIt(string engine)
    {
        var (observer, time) = (new TestObserver(), new FakeTimeProvider());
        var options = Engines.Serving(engine);
        await using var server = Server.Listen(0, options with
        {
            Upgrade = new() { Tls = TestCertificates.Server(), Timeout = TimeSpan.FromSeconds(2) },
            Connection = options.Connection with { TimeProvider = time },
            Observer = observer,
        });
        var accepting = server.AcceptAsync().AsTask();
        await using var silent = await Connection.ConnectAsync(server.LocalEndPoint);
        var passed = 0;
        await Eventually.IsAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                passed++;
                return observer.Count("upgrade failed") == 1;
            },
            "the failure was not told");
        Assert.True(passed >= 2);
        Assert.IsType<TimeoutException>(observer.Only<FailedUpgrade>("upgrade failed").Exception);
        Assert.Equal(ConnectionError.Reset, (await Assert.ThrowsAsync<ConnectionException>(() => silent.Input.ReadAsync().Soon())).Error);
        await server.StopAsync(TimeSpan.Zero).Soon();
        await Assert.ThrowsAsync<ConnectionException>(() => accepting.Soon());
    }

    [Theory, Engines]
    public async Task Handshake_ClientResets_IsCountedAndOthersAreServed(string engine)
    {
        var observer = new TestObserver();
        await using var server = TlsTests.Listen(engine, TestCertificates.Server(), observer);
        var accepting = server.AcceptAsync().AsTask();
        await using (var client = await Connection.ConnectAsync(server.LocalEndPoint))
        {
            await client.Output.WriteAsync(new byte[] { 0x16, 0x03, 0x01 });
            client.Abort();
        }

        await Eventually.IsAsync(() => observer.Count("upgrade failed") == 1, "the failure was not told");
        Assert.Equal(ConnectionError.Reset, Assert.IsType<ConnectionException>(observer.Only<FailedUpgrade>("upgrade failed").Exception).Error);
        await using var good = await TlsTests.ConnectAsync(engine, server, TestCertificates.ClientOf());
        await (await accepting.Soon()).DisposeAsync();
    }

    [Theory, Engines]
    public async Task Handshake_ServerResetsOrEnds_IsTheErrorOfTheConnect(string engine)
    {
        foreach (var resets in new[] { true, false })
        {
            await using var server = Server.Listen(0, Engines.Serving(engine));
            var serving = server.ServeAsync(async (connection, token) =>
            {
                await connection.Input.ReadAtLeastAsync(1, token);
                if (resets)
                    connection.Abort();
                else
                    await connection.Output.CompleteAsync();
            });
            var failed = await Assert.ThrowsAsync<ConnectionException>(() => TlsTests.ConnectAsync(engine, server, TestCertificates.ClientOf()).Soon());
            Assert.Equal(resets ? ConnectionError.Reset : ConnectionError.EstablishFailed, failed.Error);
            await server.StopAsync(TimeSpan.Zero).Soon();
            await serving.Soon();
        }
    }

    [Theory, InlineData(SslProtocols.Tls12), InlineData(SslProtocols.Tls13)]
    public async Task Read_CutOffAtEachByteOfTheAnswer_IsNeverACleanEnd(SslProtocols version)
    {
        var network = new MemoryNetwork();
        // Without a ticket the answer is all that comes behind the handshake.
        await using var server = network.Listen(NetEndPoint.Loopback(0), new() { Upgrade = { Tls = TestCertificates.Server() with { Protocols = version, AllowResumption = false } } });
        var serving = server.ServeAsync(static async (connection, token) =>
        {
            await connection.ReadLineAsync(token);
            await connection.WriteLineAsync("the answer", token);
        });
        var whole = await AskAsync(long.MaxValue);
        Assert.Equal(("the answer\n", null), (whole.Text, whole.Error));
        for (var length = 0L; length < whole.Length; length++)
        {
            var (text, error, _) = await AskAsync(length);
            Assert.Equal(ConnectionError.Truncated, error);
            Assert.True(text is "" or "the answer\n", text);
        }

        await server.StopAsync().Soon();
        await serving.Soon();

        async Task<(string Text, ConnectionError? Error, long Length)> AskAsync(long length)
        {
            var cut = new CutOff((await network.CreateConnector(null).ConnectAsync(server.LocalEndPoint)).DetachTransport().Stream);
            var tls = await TlsHandshake.AsClientAsync(cut, TestCertificates.ClientOf() with { Protocols = version }, TimeProvider.System, default);
            cut.Left = length;
            await using var connection = Connection.FromTransport(tls);
            await connection.WriteLineAsync("?");
            var read = new MemoryStream();
            ConnectionError? error = null;
            try
            {
                await connection.Input.CopyToAsync(read).Soon();
            }
            catch (ConnectionException exception)
            {
                error = exception.Error;
            }

            connection.Input.Complete();
            return (System.Text.Encoding.ASCII.GetString(read.ToArray()), error, length - cut.Left);
        }
    }

    [Theory, InlineData(SslProtocols.Tls12), InlineData(SslProtocols.Tls13)]
    public async Task Echo_OverSlicesOfAByte_ArrivesWholeAndEndsInOrder(SslProtocols version)
    {
        var faults = new FaultInjector(seed: 3);
        faults.Sending.Rules = faults.Receiving.Rules = new FaultRules { SliceBytes = 3, SlicedBytes = 100_000 };
        await using var server = Server.Listen(0, new ServerOptions
        {
            Upgrade = new() { Steps = [new TestUpgrade((stream, _) => new(faults.Over(stream)))], Tls = TestCertificates.Server() with { Protocols = version } },
        });
        var serving = server.ServeAsync(ServerTests.Echo);
        var under = faults.Over((await Connection.ConnectAsync(server.LocalEndPoint)).DetachTransport().Stream);
        await using var client = Connection.FromTransport(await TlsHandshake.AsClientAsync(under, TestCertificates.ClientOf(), TimeProvider.System, default).Soon());
        var bytes = Bytes.Random(300_000);
        var reading = client.Input.ReadToEndAsync();
        await client.Output.WriteAsync(bytes).Soon();
        await client.Output.CompleteAsync().Soon();
        Assert.Equal(bytes, await reading.Soon());
        await client.CloseAsync().Soon();
        Assert.True(client.CloseReason!.IsClean, client.CloseReason.ToString());
        await server.StopAsync().Soon();
        await serving.Soon();
    }

    [Theory, Engines]
    public async Task Handshake_BehindTheHeaderOfAProxy_HasTheClientsAddress(string engine)
    {
        await using var server = Server.Listen(0, Engines.Serving(engine) with
        {
            Upgrade = new() { Steps = [new ProxyProtocol(ConnectionPolicy.AllowAll)], Tls = TestCertificates.Server() },
        });
        var accepting = server.AcceptAsync().AsTask();
        var header = new ProxyHeader(IPEndPoint.Parse("192.0.2.1:56324"), IPEndPoint.Parse("198.51.100.1:443"));
        await using var plain = await new HappyEyeballsConnector(Engines.Connecting(engine)).ConnectAsync(server.LocalEndPoint, header);
        await using var client = await plain.UpgradeToTlsAsync(TestCertificates.ClientOf()).Soon();
        await using var accepted = await accepting.Soon();
        Assert.Equal((header.Source, "one.test"), (accepted.RemoteEndPoint, accepted.Tls!.HostName));
        Assert.Equal(header.Destination, accepted.Proxy!.Header.Destination);
        await client.WriteLineAsync("through both");
        Assert.Equal("through both", await accepted.ReadLineAsync().Soon());
    }

    // A machine on the way that ends the stream behind so many bytes.
    private sealed class CutOff(TransportStream inner) : TransportDecorator(inner)
    {
        public long Left { get; set; } = long.MaxValue;

        public override TransportResult TryReceive(Span<byte> buffer)
        {
            if (Left == 0)
                return TransportResult.Of(0);
            var received = base.TryReceive(buffer[..(int)Math.Min(buffer.Length, Left)]);
            Left -= received.Count;
            return received;
        }

        public override ValueTask<SocketError> WaitReadableAsync() => Left == 0 ? new(SocketError.Success) : base.WaitReadableAsync();
    }
}

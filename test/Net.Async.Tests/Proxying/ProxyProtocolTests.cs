using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Net.Async.Tests.Contract;
using Net.Async.Tests.Io;
using Net.Async.Tests.Serving;

namespace Net.Async.Tests.Proxying;

/// <summary>Servers that read headers, over every transport.</summary>
public class ProxyProtocolTests : LeakCheck
{
    private static readonly IPEndPoint s_client = IPEndPoint.Parse("192.0.2.1:56324"), s_frontend = IPEndPoint.Parse("198.51.100.1:443");

    public static IReadOnlyList<ProxyHeader> Headers { get; } =
    [
        new(s_client, s_frontend) { Version = ProxyProtocolVersions.V1 },
        new(IPEndPoint.Parse("[2001:db8::1]:1"), IPEndPoint.Parse("[2001:db8::2]:2")) { Version = ProxyProtocolVersions.V1 },
        new(s_client, s_frontend),
        new(s_client, s_frontend) { Tlvs = [new(ProxyTlvType.Authority, "example.org"), ProxyTlv.Checksum, new((ProxyTlvType)0xE1, new byte[700])] },
    ];

    [Theory, Transports(Untaken = true)]
    public async Task AcceptAsync_Header_NamesTheEndPoints(string name)
    {
        var transport = Transport.Get(name);
        await using var server = transport.Listen(With(new ProxyProtocol(ConnectionPolicy.AllowAll)));
        foreach (var header in Headers)
        {
            var accepting = server.AcceptAsync().AsTask();
            await using var client = await transport.ConnectAsync(server);
            await client.Output.WriteAsync((byte[])[.. ProxyCodec.ToArray(header), .. "abc"u8]);

            await using var accepted = await accepting.Soon();

            Assert.Equal((header.Source, header.Destination), (accepted.RemoteEndPoint, accepted.LocalEndPoint));
            var proxy = accepted.Proxy!;
            Assert.Equal((header.Version, header.Authority, header.HasChecksum), (proxy.Header.Version, proxy.Header.Authority, proxy.Header.HasChecksum));
            Assert.NotEqual(header.Source, proxy.RemoteEndPoint);
            if (Transport.KindOf(name) is "tcp4" or "tcp6")
                Assert.Equal((client.LocalEndPoint, server.LocalEndPoint), (proxy.RemoteEndPoint, proxy.LocalEndPoint));
            Assert.Equal("abc"u8.ToArray(), await accepted.Input.ReadExactlyAsync(3));
            Assert.Null(client.Proxy);
            client.Abort();
        }
    }

    [Theory, Transports(Untaken = true)]
    public async Task AcceptAsync_HeaderByteByByte_IsReadAndNothingIsLost(string name)
    {
        var transport = Transport.Get(name);
        await using var server = transport.Listen(With(new ProxyProtocol(ConnectionPolicy.AllowAll)));
        foreach (var header in Headers.Take(3))
        {
            var accepting = server.AcceptAsync().AsTask();
            await using var client = await transport.ConnectAsync(server);
            foreach (var value in (byte[])[.. ProxyCodec.ToArray(header), .. "xyz"u8])
            {
                await client.Output.WriteAsync(new[] { value });
                await Task.Yield();
            }

            await using var accepted = await accepting.Soon();
            Assert.Equal(header.Source, accepted.RemoteEndPoint);
            Assert.Equal("xyz"u8.ToArray(), await accepted.Input.ReadExactlyAsync(3));
            client.Abort();
        }
    }

    [Fact]
    public async Task UpgradeAsync_EverySplit_GivesTheSame()
    {
        foreach (var header in Headers)
        {
            byte[] bytes = [.. ProxyCodec.ToArray(header), .. "rest of it"u8];
            for (var split = 0; split <= bytes.Length; split++)
            {
                using var stream = new Pieces([bytes[..split], bytes[split..]]);
                var upgraded = await new ProxyProtocol(ConnectionPolicy.AllowAll).UpgradeAsync(new StreamTransport(stream), default).AsTask().Soon();
                Assert.Equal((header.Source, header.Destination), (upgraded.RemoteEndPoint, upgraded.LocalEndPoint));
                await using var connection = Connection.FromTransport(upgraded);
                Assert.Equal("rest of it"u8.ToArray(), await connection.Input.ReadExactlyAsync(10));
            }
        }
    }

    [Theory, Transports(Untaken = true)]
    public async Task AcceptAsync_Local_KeepsTheEndPointsOfTheSocket(string name)
    {
        var transport = Transport.Get(name);
        await using var server = transport.Listen(With(new ProxyProtocol(ConnectionPolicy.AllowAll)));
        foreach (var header in (ProxyHeader[])[ProxyHeader.Local, ProxyHeader.Unknown, ProxyHeader.Unknown with { Version = ProxyProtocolVersions.V1 }])
        {
            var accepting = server.AcceptAsync().AsTask();
            await using var client = await transport.ConnectAsync(server);
            await client.Output.WriteAsync(ProxyCodec.ToArray(header));
            await using var accepted = await accepting.Soon();
            Assert.Equal((accepted.Proxy!.RemoteEndPoint, accepted.Proxy.LocalEndPoint, header.IsLocal), (accepted.RemoteEndPoint, accepted.LocalEndPoint, accepted.Proxy.Header.IsLocal));
            client.Abort();
        }
    }

    [Theory, Transports(Untaken = true)]
    public async Task AcceptAsync_MalformedHeader_NeverReachesAHandler(string name)
    {
        var transport = Transport.Get(name);
        var observer = new TestObserver();
        await using var server = transport.Listen(With(new ProxyProtocol(ConnectionPolicy.AllowAll)) with { Observer = observer });
        var accepting = server.AcceptAsync().AsTask();
        string[] bad = ["GET / HTTP/1.1\r\n\r\n", "PROXY TCP4 192.0.2.1 198.51.100.1 01 2\r\nabc", "PROXY UNKNOWN\nabc", "\r\n\r\n\0\r\nQUIT\n\u0021\u0012\0\u000C123456789012"];
        for (var i = 0; i < bad.Length; i++)
        {
            await using var client = await transport.ConnectAsync(server);
            await client.Output.WriteAsync(Encoding.Latin1.GetBytes(bad[i]));
            await EndsAsync(client);
            var expected = i + 1;
            await Eventually.IsAsync(() => observer.Count("upgrade failed") == expected, "the failure was not told");
        }

        await using (var cut = await transport.ConnectAsync(server))
        {
            await cut.Output.WriteAsync("PROXY TCP4 192.0.2.1"u8.ToArray());
            await cut.CloseAsync();
        }

        await Eventually.IsAsync(() => observer.Count("upgrade failed") == bad.Length + 1, "the failure was not told");
        Assert.Equal((0, 0), (observer.Count("accepted"), server.ConnectionCount));
        await server.StopAsync().Soon();
        await Assert.ThrowsAsync<ConnectionException>(() => accepting.Soon());
    }

    [Fact]
    public async Task AcceptAsync_MalformedHeader_IsToldWithItsReason()
    {
        var observer = new TestObserver();
        await using var server = Server.Listen(0, With(new ProxyProtocol(ConnectionPolicy.AllowAll)) with { Observer = observer });
        var accepting = server.AcceptAsync().AsTask();
        await using var client = await Connection.ConnectAsync(server.LocalEndPoint);
        await client.Output.WriteAsync("HELO"u8.ToArray());
        await EndsAsync(client);
        await Eventually.IsAsync(() => observer.Count("upgrade failed") == 1, "the failure was not told");

        var failed = observer.Only<FailedUpgrade>("upgrade failed");
        var exception = Assert.IsType<ConnectionException>(failed.Exception);
        Assert.Equal((ConnectionError.InvalidData, client.LocalEndPoint), (exception.Error, failed.RemoteEndPoint));
        Assert.Equal($"The PROXY header from {NetEndPoint.Format(client.LocalEndPoint!)} begins with the byte 0x48.", exception.Message);
        await server.StopAsync().Soon();
        await Assert.ThrowsAsync<ConnectionException>(() => accepting.Soon());
    }

    [Theory, Transports(Untaken = true)]
    public async Task AcceptAsync_SilentProxy_IsEndedByTheTimeLimit(string name)
    {
        var transport = Transport.Get(name);
        var (observer, time) = (new TestObserver(), new FakeTimeProvider());
        await using var server = transport.Listen(With(new ProxyProtocol(ConnectionPolicy.AllowAll)) with { Observer = observer, Connection = new ConnectionOptions { TimeProvider = time } });
        var accepting = server.AcceptAsync().AsTask();
        await using var client = await transport.ConnectAsync(server);
        await client.Output.WriteAsync("PROXY"u8.ToArray());
        await Eventually.IsAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(5));
            return observer.Count("upgrade failed") == 1;
        }, "the time limit has not ended it");
        await EndsAsync(client);
        Assert.IsType<TimeoutException>(observer.Only<FailedUpgrade>("upgrade failed").Exception);
        await server.StopAsync().Soon();
        await Assert.ThrowsAsync<ConnectionException>(() => accepting.Soon());
    }

    [Fact]
    public async Task AcceptAsync_UntrustedSource_IsRefusedUnread()
    {
        var observer = new TestObserver();
        var trusted = new BlockList();
        trusted.AddAddress("192.0.2.77");
        await using var server = Server.Listen(0, With(new ProxyProtocol(trusted)) with { Observer = observer });
        var accepting = server.AcceptAsync().AsTask();
        try
        {
            await using var client = await Connection.ConnectAsync(server.LocalEndPoint);
            await EndsAsync(client);
        }
        catch (ConnectionException reset) when (reset.Error == ConnectionError.Reset)
        {
            // A reset that is quicker than the connect ends the connect itself.
        }

        await Eventually.IsAsync(() => observer.Count("upgrade failed") == 1, "the failure was not told");
        var exception = Assert.IsType<ConnectionException>(observer.Only<FailedUpgrade>("upgrade failed").Exception);
        Assert.Equal(ConnectionError.Denied, exception.Error);
        Assert.Contains("is no trusted proxy", exception.Message, StringComparison.Ordinal);

        // A change of the list applies to the next client.
        trusted.AddSubnet("127.0.0.0", 8);
        await using var proxy = await Connection.ConnectAsync(server.LocalEndPoint);
        await proxy.Output.WriteAsync(ProxyCodec.ToArray(Headers[0]));
        await using var accepted = await accepting.Soon();
        Assert.Equal(s_client, accepted.RemoteEndPoint);
        proxy.Abort();
    }

    [Fact]
    public async Task AcceptAsync_UntrustedSourceThatMayBeServed_KeepsItsAddressAndItsBytes()
    {
        var upgrade = new ProxyProtocol(new BlockList(), new ProxyProtocolOptions { UntrustedSources = ProxyUntrustedMode.ServeWithoutHeader });
        await using var server = Server.Listen(0, With(upgrade));
        var accepting = server.AcceptAsync().AsTask();
        await using var client = await Connection.ConnectAsync(server.LocalEndPoint);
        var forged = ProxyCodec.ToArray(Headers[0]);
        await client.Output.WriteAsync(forged);
        await using var accepted = await accepting.Soon();
        Assert.Equal((client.LocalEndPoint, null), (accepted.RemoteEndPoint, accepted.Proxy));
        Assert.Equal(forged, await accepted.Input.ReadExactlyAsync(forged.Length));
        client.Abort();
    }

    [Theory, Transports(Untaken = true)]
    public async Task AcceptAsync_Policy_IsAskedForTheProxyAndForTheClient(string name)
    {
        var transport = Transport.Get(name);
        var observer = new TestObserver();
        var policy = new Recording("192.0.2.66");
        await using var server = transport.Listen(With(new ProxyProtocol(ConnectionPolicy.AllowAll)) with { Observer = observer, Policy = policy });
        var accepting = server.AcceptAsync().AsTask();
        // The proxy speaks of IPv4 as of IPv6: it is the same client.
        foreach (var denied in (string[])["192.0.2.66:1", "[::ffff:192.0.2.66]:1"])
        {
            await using var client = await transport.ConnectAsync(server);
            await client.Output.WriteAsync(ProxyCodec.ToArray(new ProxyHeader(IPEndPoint.Parse(denied), IPEndPoint.Parse("[::2]:1"))));
            await EndsAsync(client);
        }

        await Eventually.IsAsync(() => server.Denied == 2, "it was not denied");
        Assert.Equal(0, observer.Count("accepted"));
        Assert.All(observer.Heard.Where(static heard => heard.Notice == "denied"), static heard => Assert.Equal("192.0.2.66", ((IPEndPoint)((DeniedConnection)heard.Of!).RemoteEndPoint!).Address.ToString()));

        await using var allowed = await transport.ConnectAsync(server);
        await allowed.Output.WriteAsync(ProxyCodec.ToArray(Headers[0]));
        await using var accepted = await accepting.Soon();
        // Three times the socket's peer, or the path it came to, and three times a header's source.
        var asked = policy.Asked;
        Assert.Equal((6, 3), (asked.Length, asked.Count(static endPoint => endPoint is IPEndPoint { Address: var address } && address.ToString().StartsWith("192.0.2.", StringComparison.Ordinal))));
        allowed.Abort();
    }

    [Fact]
    public async Task AcceptAsync_PathOfAClientOfAnotherSocket_IsJudged()
    {
        var observer = new TestObserver();
        await using var server = Server.Listen(0, With(new ProxyProtocol(ConnectionPolicy.AllowAll)) with
        {
            Observer = observer,
            Policy = new Recording("/run/client"),
        });
        var accepting = server.AcceptAsync().AsTask();
        await using var client = await Connection.ConnectAsync(server.LocalEndPoint);
        await client.Output.WriteAsync(ProxyCodec.ToArray(new ProxyHeader(new UnixDomainSocketEndPoint("/run/client"), new UnixDomainSocketEndPoint("/run/frontend"))));
        await Eventually.IsAsync(() => server.Denied == 1 || accepting.IsCompleted, "nothing became of it");
        Assert.Equal((1, 0), (server.Denied, server.ConnectionCount));
        await EndsAsync(client);
        await server.StopAsync().Soon();
        await Assert.ThrowsAsync<ConnectionException>(() => accepting.Soon());
    }

    [Theory, Engines]
    public async Task ConnectAsync_WithAHeader_SendsItFirst(string engine)
    {
        await using var server = Server.Listen(0, With(new ProxyProtocol(ConnectionPolicy.AllowAll)) with { Connection = Engines.On(engine) });
        var connector = new HappyEyeballsConnector(Engines.Connecting(engine));
        foreach (var header in Headers)
        {
            var accepting = server.AcceptAsync().AsTask();
            await using var client = await connector.ConnectAsync(server.LocalEndPoint, header);
            await client.Output.WriteAsync("abc"u8.ToArray());
            await using var accepted = await accepting.Soon();
            Assert.Equal(header.Source, accepted.RemoteEndPoint);
            Assert.Equal("abc"u8.ToArray(), await accepted.Input.ReadExactlyAsync(3));
            client.Abort();
        }
    }

    [Fact]
    public async Task ConnectAsync_HeaderThatCannotBeWritten_ConnectsNothing()
    {
        await using var server = Server.Listen(0);
        var header = Headers[3] with { Version = ProxyProtocolVersions.V1 };
        Assert.Throws<InvalidOperationException>(() => { _ = new HappyEyeballsConnector().ConnectAsync(server.LocalEndPoint, header); });
        var accepting = server.AcceptAsync().AsTask();
        await using var client = await Connection.ConnectAsync(server.LocalEndPoint);
        await using var accepted = await accepting.Soon();
        Assert.Equal(client.LocalEndPoint, accepted.RemoteEndPoint);
        client.Abort();
    }

    [Fact]
    public async Task For_AConnectionBehindAProxy_NamesTheFirstClient()
    {
        await using var server = Server.Listen(0, With(new ProxyProtocol(ConnectionPolicy.AllowAll)));
        await using var backend = Server.Listen(0, With(new ProxyProtocol(ConnectionPolicy.AllowAll)));
        var (accepting, last) = (server.AcceptAsync().AsTask(), backend.AcceptAsync().AsTask());
        await using var client = await new HappyEyeballsConnector().ConnectAsync(server.LocalEndPoint, Headers[0]);
        await using var middle = await accepting.Soon();
        await using var onward = await new HappyEyeballsConnector().ConnectAsync(backend.LocalEndPoint, ProxyHeader.For(middle));
        await using var accepted = await last.Soon();
        Assert.Equal((s_client, s_frontend), (accepted.RemoteEndPoint, accepted.LocalEndPoint));
        client.Abort();
        onward.Abort();
    }

    private static ServerOptions With(params ConnectionUpgrade[] steps) => new() { Upgrade = new UpgradeOptions { Steps = steps } };

    private static async Task EndsAsync(Connection client)
    {
        try
        {
            Assert.True((await client.Input.ReadAsync().Soon()).IsCompleted);
        }
        catch (ConnectionException exception)
        {
            Assert.Equal(ConnectionError.Reset, exception.Error);
        }
    }

    private sealed class Recording(string denied) : ConnectionPolicy
    {
        private readonly List<EndPoint> _asked = [];

        public EndPoint[] Asked
        {
            get
            {
                lock (_asked)
                    return [.. _asked];
            }
        }

        public override PolicyDecision Evaluate(in ConnectionCandidate candidate)
        {
            lock (_asked)
                _asked.Add(candidate.EndPoint);
            return (candidate.EndPoint is IPEndPoint peer ? peer.Address.ToString() : candidate.EndPoint.ToString()) == denied ? PolicyDecision.Deny("the test") : PolicyDecision.Allow();
        }
    }

    /// <summary>Gives a piece a read, then waits until it is disposed.</summary>
    private sealed class Pieces(byte[][] pieces) : MemoryStream
    {
        private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _piece, _at;

        public override bool CanWrite => true;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            while (_piece < pieces.Length && _at == pieces[_piece].Length)
                (_piece, _at) = (_piece + 1, 0);
            if (_piece == pieces.Length)
            {
                await _end.Task.WaitAsync(cancellationToken);
                return 0;
            }

            var count = Math.Min(buffer.Length, pieces[_piece].Length - _at);
            pieces[_piece].AsMemory(_at, count).CopyTo(buffer);
            _at += count;
            return count;
        }

        protected override void Dispose(bool disposing)
        {
            _end.TrySetResult();
            base.Dispose(disposing);
        }
    }
}

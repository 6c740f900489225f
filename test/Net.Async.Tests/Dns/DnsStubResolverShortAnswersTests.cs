using System.Net;
using System.Net.Sockets;

namespace Net.Async.Tests;

/// <summary>Answers that say little: bare headers, parts of an answer, chains without an end. Each is what its server said, and none is waited out.</summary>
public class DnsStubResolverShortAnswersTests : NameServerTest
{
    private static readonly DnsStubResolverOptions s_once = new DnsStubResolverOptions { Attempts = 1 };

    // The clock stands: no time limit can end a wait.
    [Theory]
    [InlineData(2, false, "ServerFailure")]
    [InlineData(2, true, "ServerFailure")]
    [InlineData(4, false, "NotImplemented")]
    [InlineData(4, true, "NotImplemented")]
    [InlineData(5, false, "Refused")]
    [InlineData(5, true, "Refused")]
    [InlineData(9, false, "NotAuthoritative")]
    public async Task ResolveAsync_BareHeaderWithACode_IsTheServersAnswer(int code, bool keepsCounts, string name)
    {
        var (bare, other) = (Server(query => Reply.Bare(query, code, keepsCounts)), Plain());

        Assert.Equal(Addresses("192.0.2.1"), await Resolver(bare, other).ResolveAsync("host.test", V4).Soon());
        var exception = await Assert.ThrowsAsync<ConnectionException>(() => Resolver(s_once, bare).ResolveAsync("host.test", V4).Soon());

        Assert.Equal($"Could not resolve host.test: {bare.EndPoint} answered {name}.", exception.Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task ResolveAsync_BareHeaderThatDecides_IsPassedOver(int code)
    {
        var server = Server(query => Task.FromResult<byte[][]>([Reply.Bare(query, code), PlainReply(query)]));

        Assert.Equal(Addresses("192.0.2.1"), await Resolver(server).ResolveAsync("host.test", V4).Soon());
    }

    [Fact]
    public async Task ResolveAsync_BareHeaderWithAnotherId_IsPassedOver()
    {
        var server = Server(static query => Task.FromResult<byte[][]>([[(byte)~query.Bytes[0], .. Reply.Bare(query, 2)[1..]], PlainReply(query)]));

        Assert.Equal(Addresses("192.0.2.1"), await Resolver(server).ResolveAsync("host.test", V4).Soon());
    }

    [Fact]
    public async Task ResolveAsync_NoAnswerFromAServerThatDoesNotRecurse_TheNextIsAsked()
    {
        var (lame, other) = (Server(static query => new Reply(query).Lame().ToBytes()), Plain());

        Assert.Equal(Addresses("192.0.2.1"), await Resolver(lame, other).ResolveAsync("host.test", V4).Soon());
    }

    [Fact]
    public async Task ResolveAsync_NoAnswerWithItsSoaRecord_IsNoAddress()
    {
        var (server, other) = (Server(static query => new Reply(query).Lame().Soa(60, 60).ToBytes()), Plain());

        Assert.Empty(await Resolver(server, other).ResolveAsync("host.test", V4).Soon());
        Assert.Equal(0, other.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4000)]
    public async Task ResolveAsync_TruncatedOverTcpToo_UsesTheAddressesInIt(int count)
    {
        var server = Server(query =>
        {
            var reply = new Reply(query).Truncated();
            for (var i = 0; query.OverTcp && i < count; i++)
                reply.Record(null, ReceivedQuery.A, ttl: 60, [10, 0, (byte)(i >> 8), (byte)i]);
            return reply.ToBytes();
        });

        var addresses = await Resolver(s_once, server).ResolveAsync("host.test", V4).Soon();

        Assert.Equal(Enumerable.Range(0, Math.Min(count, 64)).Select(static i => new IPAddress([10, 0, (byte)(i >> 8), (byte)i])), addresses);
    }

    [Fact]
    public async Task ResolveAsync_TruncatedOverTcpWithinARecord_UsesTheAddressesBeforeIt()
    {
        var server = Server(static query => query.OverTcp
            ? new Reply(query).Truncated().Add("192.0.2.1").Add("192.0.2.2").Add("192.0.2.3").ToBytes()[..^3]
            : new Reply(query).Truncated().ToBytes());

        Assert.Equal(Addresses("192.0.2.1", "192.0.2.2"), await Resolver(s_once, server).ResolveAsync("host.test", V4).Soon());
    }

    [Fact]
    public async Task ResolveAsync_TcpIsRefused_SaysThatTcpWas()
    {
        using var datagrams = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        datagrams.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var server = (IPEndPoint)datagrams.LocalEndPoint!;
        var answering = Task.Run(async () =>
        {
            var buffer = new byte[512];
            var received = await datagrams.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0)).WaitAsync(Eventually.Limit);
            await datagrams.SendToAsync(new Reply(new ReceivedQuery(buffer[..received.ReceivedBytes], OverTcp: false)).Truncated().ToBytes(), received.RemoteEndPoint);
        });
        await using var resolver = new DnsStubResolver(s_once with { NameServers = [server], TimeProvider = Time });

        var exception = await Assert.ThrowsAsync<ConnectionException>(() => resolver.ResolveAsync("host.test", V4).Soon());

        Assert.Equal($"Could not resolve host.test: {server} is not reached over TCP (ConnectionRefused).", exception.Message);
        await answering;
    }

    [Theory]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(200)]
    [InlineData(-1)]
    public async Task ResolveAsync_Aliases_AreFollowedToTheLimitAndAnErrorBehindIt(int count)
    {
        // -1 is a circle of two.
        var server = Server(query =>
        {
            if (count < 0)
                return new Reply(query).Alias("second.test").Alias("host.test", owner: "second.test").ToBytes();
            // 200 do not fit into a datagram.
            if (count == 200 && !query.OverTcp)
                return new Reply(query).Truncated().ToBytes();
            var reply = new Reply(query).Alias("a1.test");
            for (var i = 1; i < count; i++)
                reply.Alias($"a{i + 1}.test", owner: $"a{i}.test");
            return reply.Add("192.0.2.1", owner: $"a{count}.test").Soa(300, 300).ToBytes();
        });
        var resolver = Resolver(s_once, server);
        if (count == 16)
        {
            Assert.Equal(Addresses("192.0.2.1"), await resolver.ResolveAsync("host.test", V4).Soon());
            return;
        }

        var exception = await Assert.ThrowsAsync<ConnectionException>(() => resolver.ResolveAsync("host.test", V4).Soon());

        Assert.Equal((ConnectionError.LookupFailed, "Could not resolve host.test: it leads through more than 16 aliases."), (exception.Error, exception.Message));
        Time.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<ConnectionException>(() => resolver.ResolveAsync("host.test", V4).Soon());
        Assert.Equal(count == 200 ? 4 : 2, server.Count);
    }

    [Theory]
    [InlineData("SERVFAIL")]
    [InlineData("unreadable")]
    [InlineData("silent")]
    public async Task ResolveAsync_Failure_IsKeptForASecond(string kind)
    {
        var server = Server(query => kind switch { "SERVFAIL" => new Reply(query).Code(2).ToBytes(), "silent" => null, _ => PlainReply(query)[..^2] });
        var resolver = Resolver(s_once, server);
        await FailsAsync(1);

        Time.Advance(TimeSpan.FromSeconds(1) - TimeSpan.FromTicks(1));
        await Assert.ThrowsAsync<ConnectionException>(() => resolver.ResolveAsync("host.test", V4).Soon());
        Assert.Equal(1, server.Count);
        Time.Advance(TimeSpan.FromTicks(1));
        await FailsAsync(2);

        async Task FailsAsync(int count)
        {
            var resolving = resolver.ResolveAsync("host.test", V4).AsTask();
            await server.HasAsync(count);
            if (kind == "silent")
                Time.Advance(TimeSpan.FromSeconds(5));
            await Assert.ThrowsAsync<ConnectionException>(() => resolving.Soon());
        }
    }
}

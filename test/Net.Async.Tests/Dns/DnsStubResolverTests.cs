using System.Net;
using System.Net.Sockets;

namespace Net.Async.Tests;

/// <summary>What name servers say, and what becomes of it.</summary>
public class DnsStubResolverTests : NameServerTest
{
    [Fact]
    public async Task ResolveAsync_IPv4_AsksForAOnceAndKeepsTheOrder()
    {
        var server = Server(static query => new Reply(query).Add("192.0.2.9").Add("192.0.2.1").ToBytes());

        Assert.Equal(Addresses("192.0.2.9", "192.0.2.1"), await Resolver(server).ResolveAsync("host.test", V4).Soon());

        var query = Assert.Single(server.Queries);
        Assert.Equal(("host.test", ReceivedQuery.A, false), (query.Name, query.Type, query.OverTcp));
    }

    [Fact]
    public async Task ResolveAsync_IPv6_AsksForAaaaOnce()
    {
        var server = Plain();

        Assert.Equal(Addresses("2001:db8::1"), await Resolver(server).ResolveAsync("host.test", V6).Soon());
        Assert.Equal(ReceivedQuery.Aaaa, Assert.Single(server.Queries).Type);
    }

    [Fact]
    public async Task ResolveAsync_BothFamilies_AsksForBothAtOnceAndIPv6ComesFirst()
    {
        var both = Gate();
        var server = Gated(both.Task);
        var resolving = Resolver(server).ResolveAsync("host.test", AddressFamily.Unspecified).AsTask();

        await server.HasAsync(2);
        both.SetResult();

        Assert.Equal(Addresses("2001:db8::1", "192.0.2.1"), await resolving.Soon());
        Assert.Equal([ReceivedQuery.A, ReceivedQuery.Aaaa], server.Queries.Select(query => query.Type).Order());
    }

    [Fact]
    public async Task ResolveAsync_OneFamilyIsSilent_TheOtherArrives()
    {
        var server = Server(static query => query.Type == ReceivedQuery.Aaaa ? null : PlainReply(query));
        var resolver = Resolver(server);

        var silent = resolver.ResolveAsync("host.test", V6).AsTask();

        Assert.Equal(Addresses("192.0.2.1"), await resolver.ResolveAsync("host.test", V4).Soon());
        Assert.False(silent.IsCompleted);
    }

    [Fact]
    public async Task ResolveAsync_NoData_IsEmpty()
    {
        var server = Server(static query => new Reply(query).ToBytes());

        Assert.Empty(await Resolver(server, Silent()).ResolveAsync("host.test", V6).Soon());
        Assert.Equal(1, server.Count);
    }

    [Fact]
    public async Task ResolveAsync_NameDoesNotExist_SaysSoAndAsksNobodyElse()
    {
        var (server, other) = (Server(static query => new Reply(query).Code(3).ToBytes()), Plain());

        var exception = await Assert.ThrowsAsync<ConnectionException>(() => Resolver(server, other).ResolveAsync("Host.test.", V6).Soon());

        Assert.Equal(ConnectionError.HostNotFound, exception.Error);
        Assert.Equal("Could not resolve Host.test.: the name does not exist.", exception.Message);
        Assert.Equal(new DnsEndPoint("Host.test.", 0, V6), exception.EndPoint);
        Assert.Equal((1, 0), (server.Count, other.Count));
    }

    [Theory]
    [InlineData(1, "FormatError", 2)]
    [InlineData(2, "ServerFailure", 1)]
    [InlineData(4, "NotImplemented", 2)]
    [InlineData(5, "Refused", 1)]
    public async Task ResolveAsync_NameServerCannotTell_AsksAgainThenSaysSo(int code, string name, int queriesAnAttempt)
    {
        var server = Server(query => new Reply(query).Code(code).ToBytes());

        var exception = await Assert.ThrowsAsync<ConnectionException>(() => Resolver(server).ResolveAsync("host.test", V4).Soon());

        Assert.Equal(ConnectionError.LookupFailed, exception.Error);
        Assert.Equal($"Could not resolve host.test: {server.EndPoint} answered {name}.", exception.Message);
        // What may be said of EDNS is asked once more without it.
        Assert.Equal(new DnsStubResolverOptions().Attempts * queriesAnAttempt, server.Count);
    }

    [Fact]
    public async Task ResolveAsync_QueryNotUnderstood_TheReplyNeedNotRepeatIt()
    {
        var server = Server(static query => new Reply(query) { QuestionCount = 0 }.Code(1).ToBytes());

        var exception = await Assert.ThrowsAsync<ConnectionException>(() => Resolver(server).ResolveAsync("host.test", V4).Soon());

        Assert.EndsWith("answered FormatError.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ResolveAsync_FirstNameServerCannotTell_TheNextIsAsked()
    {
        var (broken, other) = (Server(static query => new Reply(query).Code(2).ToBytes()), Plain());

        Assert.Equal(Addresses("192.0.2.1"), await Resolver(broken, other).ResolveAsync("host.test", V4).Soon());
        Assert.Equal((1, 1), (broken.Count, other.Count));
    }

    [Fact]
    public async Task ResolveAsync_FirstNameServerIsSilent_TheNextIsAskedAfterTheQueryTimeout()
    {
        var (silent, other) = (Silent(), Plain());
        var resolving = Resolver(silent, other).ResolveAsync("host.test", V4).AsTask();
        await silent.HasAsync(1);

        Time.Advance(TimeSpan.FromSeconds(5) - TimeSpan.FromTicks(1));
        Assert.Equal(0, other.Count);
        Time.Advance(TimeSpan.FromTicks(1));

        Assert.Equal(Addresses("192.0.2.1"), await resolving.Soon());
        Assert.Equal((1, 1), (silent.Count, other.Count));
    }

    [Fact]
    public async Task ResolveAsync_NobodyAnswers_TimesOutAfterEveryAttempt()
    {
        var (one, other) = (Silent(), Silent());
        var resolving = Resolver(new DnsStubResolverOptions { Attempts = 2, QueryTimeout = TimeSpan.FromMilliseconds(1500) }, one, other).ResolveAsync("host.test", V4).AsTask();
        foreach (var (server, count) in ((ScriptedNameServer, int)[])[(one, 1), (other, 1), (one, 2), (other, 2)])
        {
            await server.HasAsync(count);
            Time.Advance(TimeSpan.FromMilliseconds(1500));
        }

        var exception = await Assert.ThrowsAsync<ConnectionException>(() => resolving.Soon());

        Assert.Equal(ConnectionError.TimedOut, exception.Error);
        Assert.Equal($"Could not resolve host.test: {one.EndPoint} did not answer within 1.5 s, {other.EndPoint} did not answer within 1.5 s.", exception.Message);
        Assert.Equal((2, 2), (one.Count, other.Count));
    }

    [Fact]
    public async Task ResolveAsync_NobodyListens_IsToldAtOnce()
    {
        var gone = Silent();
        await gone.DisposeAsync();

        // The clock stands: no time limit can end it.
        var exception = await Assert.ThrowsAsync<ConnectionException>(() => Resolver(gone).ResolveAsync("host.test", V4).Soon());

        Assert.Equal((ConnectionError.LookupFailed, SocketError.TryAgain), (exception.Error, exception.SocketError));
        Assert.Equal($"Could not resolve host.test: {gone.EndPoint} is not reached (ConnectionRefused).", exception.Message);
    }

    [Fact]
    public async Task ResolveAsync_OneFamilyFailsAndTheOtherHasAddresses_AreTheAddresses()
    {
        var server = Server(static query => query.Type == ReceivedQuery.Aaaa ? new Reply(query).Code(2).ToBytes() : PlainReply(query));

        Assert.Equal(Addresses("192.0.2.1"), await Resolver(server).ResolveAsync("host.test", AddressFamily.Unspecified).Soon());
    }

    [Fact]
    public async Task ResolveAsync_OneFamilyFailsAndTheOtherIsEmpty_Fails()
    {
        var server = Server(static query => new Reply(query).Code(query.Type == ReceivedQuery.A ? 2 : 0).ToBytes());

        var exception = await Assert.ThrowsAsync<ConnectionException>(() => Resolver(server).ResolveAsync("host.test", AddressFamily.Unspecified).Soon());

        Assert.Equal(ConnectionError.LookupFailed, exception.Error);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("LocalHost.")]
    [InlineData("some.localhost")]
    public async Task ResolveAsync_Localhost_AsksNobody(string host)
    {
        var server = Plain();
        var resolver = Resolver(server);

        Assert.Equal([IPAddress.Loopback], await resolver.ResolveAsync(host, V4));
        Assert.Equal([IPAddress.IPv6Loopback], await resolver.ResolveAsync(host, V6));
        Assert.Equal([IPAddress.IPv6Loopback, IPAddress.Loopback], await resolver.ResolveAsync(host, AddressFamily.Unspecified));
        Assert.Equal(0, server.Count);
    }

    [Theory]
    [InlineData("Host.TEST", "host.test")]
    [InlineData("host.test.", "host.test")]
    [InlineData("xn--mnchen-3ya.test", "xn--mnchen-3ya.test")]
    [InlineData("notlocalhost", "notlocalhost")]
    [InlineData("_https._tcp.host.test", "_https._tcp.host.test")]
    public async Task ResolveAsync_AnySpelling_IsAskedAbsolute(string host, string asked)
    {
        var server = Plain();

        Assert.Equal(Addresses("192.0.2.1"), await Resolver(server).ResolveAsync(host, V4).Soon());
        Assert.Equal(asked, Assert.Single(server.Queries).Name);
    }

    [Fact]
    public async Task ResolveAsync_BadArguments_AreAsVerified()
    {
        var server = Plain();
        var resolver = Resolver(server);
        var thrown = new ThrownMessages();
        string?[] hosts = [null, "", ".", "a..b", ".a", "a b", "münchen.test", "a\0", "[::1]", "::1", "a/b", new string('a', 64), string.Join('.', Enumerable.Repeat("abcdefg", 32))];
        foreach (var host in hosts)
            await thrown.AddAsync(host?.Replace("\0", "\\0", StringComparison.Ordinal) ?? "null", () => resolver.ResolveAsync(host!, V4).AsTask());
        await thrown.AddAsync("family Unix", () => resolver.ResolveAsync("host.test", AddressFamily.Unix).AsTask());

        await Verifier.Verify(thrown.ToString());
        Assert.Equal(0, server.Count);
    }

    [Fact]
    public async Task ResolveAsync_LongestName_IsAsked()
    {
        var longest = string.Join('.', new string('a', 63), new string('b', 63), new string('c', 63), new string('d', 61));
        var server = Plain();

        Assert.Equal(Addresses("192.0.2.1"), await Resolver(server).ResolveAsync(longest, V4).Soon());
        Assert.Equal(longest, Assert.Single(server.Queries).Name);
    }
}

using System.Net.Sockets;

namespace Net.Async.Tests;

/// <summary>How long an answer is good for.</summary>
public class DnsStubResolverCacheTests : NameServerTest
{
    [Fact]
    public async Task ResolveAsync_WithinTheTtl_IsNotAskedAgain()
    {
        var server = Plain(ttl: 60);
        var resolver = Resolver(server);

        await IsAskedAfterAsync(resolver, server, TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task ResolveAsync_AfterSomeTime_TellsWhatIsLeftOfTheTtl()
    {
        var resolver = Resolver(Plain(ttl: 60));
        var query = new ResolveQuery("host.test", AddressFamily.InterNetwork);

        Assert.Equal(TimeSpan.FromSeconds(60), Assert.Single((await resolver.ResolveAsync(query)).Addresses).TimeToLive);
        Time.Advance(TimeSpan.FromSeconds(45));
        Assert.Equal(TimeSpan.FromSeconds(15), Assert.Single((await resolver.ResolveAsync(query)).Addresses).TimeToLive);
        Assert.Null((await resolver.ResolveAsync(new ResolveQuery("localhost", AddressFamily.InterNetwork))).Addresses[0].TimeToLive);
    }

    [Fact]
    public async Task ResolveAsync_ShorterAlias_EndsWithIt()
    {
        var server = Server(static query => new Reply(query).Alias("other.test", ttl: 10).Add("192.0.2.1", ttl: 60, owner: "other.test").Add("192.0.2.2", ttl: 90, owner: "other.test").ToBytes());

        await IsAskedAfterAsync(Resolver(server), server, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task MinTtl_ShorterTtl_IsKeptLonger()
    {
        var server = Plain(ttl: 0);

        await IsAskedAfterAsync(Resolver(new DnsStubResolverOptions { Cache = new() { MinTtl = TimeSpan.FromSeconds(30) } }, server), server, TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task MaxTtl_LongerTtl_IsKeptShorter()
    {
        var server = Plain(ttl: 7 * 86400);

        await IsAskedAfterAsync(Resolver(new DnsStubResolverOptions { Cache = new() { MaxTtl = TimeSpan.FromMinutes(1) } }, server), server, TimeSpan.FromMinutes(1));
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(0x80000000u)]
    public async Task ResolveAsync_TtlIsZero_IsAskedEveryTime(uint ttl)
    {
        var server = Plain(ttl);

        await IsNeverKeptAsync(Resolver(server), server);
    }

    [Theory]
    [InlineData(3, 20u, 600u, 20)]
    [InlineData(3, 600u, 20u, 20)]
    [InlineData(0, 20u, 600u, 20)]
    [InlineData(0, 600u, 20u, 20)]
    [InlineData(3, 86400u, 86400u, 300)]
    [InlineData(0, 86400u, 86400u, 300)]
    public async Task ResolveAsync_NoAddress_IsKeptAsLongAsTheZoneSaysWithinTheBound(int code, uint ttl, uint minimum, int seconds)
    {
        var server = Server(query => new Reply(query).Code(code).Soa(ttl, minimum).ToBytes());

        await IsAskedAfterAsync(Resolver(server), server, TimeSpan.FromSeconds(seconds), code == 3);
    }

    [Theory]
    [InlineData(3, false)]
    [InlineData(0, false)]
    [InlineData(3, true)]
    [InlineData(0, true)]
    public async Task ResolveAsync_NoAddressAndNobodySaysHowLong_IsAskedEveryTime(int code, bool isOff)
    {
        var server = Server(query => (isOff ? new Reply(query).Soa(60, 60) : new Reply(query)).Code(code).ToBytes());
        var options = isOff ? new DnsStubResolverOptions { Cache = new() { MaxNegativeTtl = TimeSpan.Zero } } : new DnsStubResolverOptions();

        await IsNeverKeptAsync(Resolver(options, server), server, code == 3);
    }

    [Fact]
    public async Task FailureTtl_Zero_NameServerThatCouldNotTellIsAskedEveryTime()
    {
        var server = Server(static query => new Reply(query).Code(2).Soa(60, 60).ToBytes());

        await IsNeverKeptAsync(Resolver(new DnsStubResolverOptions { Attempts = 1, Cache = new() { FailureTtl = TimeSpan.Zero } }, server), server, fails: true);
    }

    [Fact]
    public async Task CacheLimit_Reached_TheOneNotUsedForLongestMakesRoom()
    {
        var server = Plain();
        var resolver = Resolver(new DnsStubResolverOptions { Cache = new() { Limit = 2 } }, server);
        foreach (var host in (string[])["a.test", "b.test", "a.test", "c.test", "a.test", "b.test"])
            await resolver.ResolveAsync(host, V4).Soon();

        Assert.Equal(["a.test", "b.test", "c.test", "b.test"], server.Queries.Select(query => query.Name));
    }

    [Fact]
    public async Task CacheLimit_Zero_KeepsNothing()
    {
        var server = Plain();

        await IsNeverKeptAsync(Resolver(new DnsStubResolverOptions { Cache = new() { Limit = 0 } }, server), server);
    }

    [Fact]
    public async Task ResolveAsync_OtherFamily_IsAnAnswerOfItsOwn()
    {
        var server = Plain();
        var resolver = Resolver(server);

        await resolver.ResolveAsync("host.test", V4).Soon();
        await resolver.ResolveAsync("host.test", System.Net.Sockets.AddressFamily.Unspecified).Soon();

        Assert.Equal([ReceivedQuery.A, ReceivedQuery.Aaaa], server.Queries.Select(query => query.Type));
    }

    [Fact]
    public async Task ResolveAsync_Kept_CompletesAtOnceAndCannotBeChanged()
    {
        var resolver = Resolver(Plain());
        await resolver.ResolveAsync("host.test", V4).Soon();

        var kept = resolver.ResolveAsync("HOST.test.", V4);

        Assert.True(kept.IsCompletedSuccessfully);
        Assert.True(Assert.IsAssignableFrom<IList<System.Net.IPAddress>>(await kept).IsReadOnly);
    }

    [Fact]
    public async Task ClearCache_Always_TheNextOneAsks()
    {
        var server = Plain();
        var resolver = Resolver(server);
        await resolver.ResolveAsync("host.test", V4).Soon();

        resolver.ClearCache();

        await resolver.ResolveAsync("host.test", V4).Soon();
        Assert.Equal(2, server.Count);
    }

    [Fact]
    public async Task ClearCache_WhileAsked_TheAnswerIsToldButNotKept()
    {
        var gate = Gate();
        var server = Gated(gate.Task);
        var resolver = Resolver(server);
        var before = resolver.ResolveAsync("host.test", V4).AsTask();
        await server.HasAsync(1);

        resolver.ClearCache();
        var after = resolver.ResolveAsync("host.test", V4).AsTask();
        await server.HasAsync(2);
        gate.SetResult();

        Assert.Equal(await before.Soon(), await after.Soon());
        await resolver.ResolveAsync("host.test", V4).Soon();
        Assert.Equal(2, server.Count);
    }

    private async Task IsAskedAfterAsync(DnsStubResolver resolver, ScriptedNameServer server, TimeSpan time, bool fails = false)
    {
        await AskAsync(resolver, fails);
        Time.Advance(time - TimeSpan.FromTicks(1));
        await AskAsync(resolver, fails);
        Assert.Equal(1, server.Count);
        Time.Advance(TimeSpan.FromTicks(1));
        await AskAsync(resolver, fails);
        Assert.Equal(2, server.Count);
    }

    private static async Task IsNeverKeptAsync(DnsStubResolver resolver, ScriptedNameServer server, bool fails = false)
    {
        await AskAsync(resolver, fails);
        await AskAsync(resolver, fails);
        Assert.Equal(2, server.Count);
    }

    private static async Task AskAsync(DnsStubResolver resolver, bool fails)
    {
        var resolving = resolver.ResolveAsync("host.test", V4).Soon();
        if (fails)
            await Assert.ThrowsAsync<ConnectionException>(() => resolving);
        else
            await resolving;
    }
}

using System.Net.Sockets;

namespace Net.Async.Tests;

/// <summary>Servers that are down, and whether a failure is worth another try.</summary>
public class DnsStubResolverFailoverTests : NameServerTest
{
    private static readonly DnsStubResolverOptions s_once = new DnsStubResolverOptions { Attempts = 1 };

    // The system's resolver says EAI_AGAIN for each of them.
    [Theory]
    [InlineData("SERVFAIL")]
    [InlineData("REFUSED")]
    [InlineData("NOTIMP")]
    [InlineData("unreadable")]
    [InlineData("unreachable")]
    [InlineData("silent")]
    [InlineData("closes TCP")]
    public async Task ResolveAsync_CouldNotTell_IsTransientAsWithTheSystemsResolver(string kind)
    {
        var server = Server(query => kind switch
        {
            "SERVFAIL" => new Reply(query).Code(2).ToBytes(),
            "REFUSED" => new Reply(query).Code(5).ToBytes(),
            "NOTIMP" => new Reply(query).Code(4).ToBytes(),
            "unreadable" => PlainReply(query)[..^2],
            "closes TCP" => query.OverTcp ? null : new Reply(query).Truncated().ToBytes(),
            _ => null,
        });
        if (kind == "unreachable")
            await server.DisposeAsync();
        var resolver = Resolver(s_once, server);
        var connector = new HappyEyeballsConnector(new() { Resolver = resolver });
        var resolving = resolver.ResolveAsync("host.test", V4).AsTask();
        if (kind == "silent")
        {
            await server.HasAsync(1);
            Time.Advance(TimeSpan.FromSeconds(5));
        }

        var exception = await Assert.ThrowsAsync<ConnectionException>(() => resolving.Soon());

        Assert.Equal(SocketError.TryAgain, exception.SocketError);
        Assert.True(TransientConnectionErrors.IsTransient(exception));
        if (kind != "silent")
            Assert.True(TransientConnectionErrors.IsTransient(await Assert.ThrowsAsync<ConnectionException>(() => connector.ConnectAsync("host.test", 80).Soon())));
    }

    // The system's resolver says EAI_NONAME and EAI_FAIL.
    [Theory]
    [InlineData(3)]
    [InlineData(1)]
    public async Task ResolveAsync_NoSuchNameOrBadQuestion_IsNotTransient(int code)
    {
        var server = Server(query => new Reply(query).Code(code).ToBytes());

        var exception = await Assert.ThrowsAsync<ConnectionException>(() => Resolver(s_once, server).ResolveAsync("host.test", V4).Soon());

        Assert.False(TransientConnectionErrors.IsTransient(exception));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ResolveAsync_SecondAttempt_ComesAfterABackoff(bool unreadable)
    {
        var server = Server(query => unreadable ? PlainReply(query)[..^2] : new Reply(query).Code(2).ToBytes());
        var resolving = Resolver(new DnsStubResolverOptions { Attempts = 3 }, server).ResolveAsync("host.test", V4).AsTask();
        await server.HasAsync(1);

        foreach (var (delay, count) in ((int, int)[])[(100, 1), (200, 2)])
        {
            // What is not sent for a while of real time waits for the clock.
            await Assert.ThrowsAsync<TimeoutException>(() => resolving.WaitAsync(TimeSpan.FromMilliseconds(50)));
            Time.Advance(TimeSpan.FromMilliseconds(delay) - TimeSpan.FromTicks(1));
            Assert.Equal(count, server.Count);
            Time.Advance(TimeSpan.FromTicks(1));
            await server.HasAsync(count + 1);
        }

        await Assert.ThrowsAsync<ConnectionException>(() => resolving.Soon());
        Assert.Equal(3, server.Count);
    }

    [Fact]
    public async Task ResolveAsync_FirstServerIsSilent_CostsOneNameItsTimeLimit()
    {
        var (silent, other) = (Silent(), Plain());
        var resolver = Resolver(silent, other);
        await TimesOutOnceAsync(resolver, silent);

        // The clock stands.
        for (var i = 0; i < 100; i++)
            Assert.Equal(Addresses("192.0.2.1"), await resolver.ResolveAsync($"host{i}.test", V4).Soon());

        Assert.Equal((1, 101), (silent.Count, other.Count));
    }

    [Fact]
    public async Task ResolveAsync_FirstServerIsBack_IsNoticedAndAskedFirstAgain()
    {
        var isDown = true;
        var server = Server(query => isDown ? null : PlainReply(query));
        var other = Plain();
        var resolver = Resolver(server, other);
        await TimesOutOnceAsync(resolver, server);

        isDown = false;
        Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(Addresses("192.0.2.1"), await resolver.ResolveAsync("second.test", V4).Soon());
        await server.HasAsync(2);
        // The probe's answer is read in its own time.
        for (var i = 0; server.Count == 2; i++)
        {
            Assert.InRange(i, 0, 1000);
            await resolver.ResolveAsync($"host{i}.test", V4).Soon();
            await Task.Delay(1);
        }
    }

    [Fact]
    public async Task ResolveAsync_FirstServerStaysSilent_IsProbedOnceAPeriodAndDelaysNone()
    {
        var (silent, other) = (Silent(), Plain());
        var resolver = Resolver(silent, other);
        await TimesOutOnceAsync(resolver, silent);
        for (var second = 1; second <= 60; second++)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            // The clock stands: were it waited for, this would not end.
            for (var i = 0; i < 5; i++)
                Assert.Equal(Addresses("192.0.2.1"), await resolver.ResolveAsync($"host{i}.second{second}.test", V4).Soon());
        }

        // A probe is waited for as long as any query, and the next one starts a period after that.
        Assert.InRange(silent.Count, 1 + 4, 1 + 12);
    }

    [Fact]
    public async Task ResolveAsync_OneNameIsNotAnswered_TheServerIsNotDown()
    {
        var (server, other) = (Server(static query => query.Name == "lost.test" ? null : PlainReply(query)), Plain());
        var resolver = Resolver(server, other);
        var lost = resolver.ResolveAsync("lost.test", V4).AsTask();
        await server.HasAsync(1);
        Time.Advance(TimeSpan.FromSeconds(1));
        await resolver.ResolveAsync("host.test", V4).Soon();
        Time.Advance(TimeSpan.FromSeconds(4));
        await lost.Soon();

        await resolver.ResolveAsync("next.test", V4).Soon();

        Assert.Equal("next.test", server.Queries[^1].Name);
    }

    private async Task TimesOutOnceAsync(DnsStubResolver resolver, ScriptedNameServer silent)
    {
        var first = resolver.ResolveAsync("first.test", V4).AsTask();
        await silent.HasAsync(1);
        Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(Addresses("192.0.2.1"), await first.Soon());
    }
}

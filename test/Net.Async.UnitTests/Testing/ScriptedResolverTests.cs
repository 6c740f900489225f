using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using Net.Async.Testing;

namespace Net.Async.Tests.Testing;

public class ScriptedResolverTests
{
    private static readonly IPAddress s_v4 = IPAddress.Loopback;
    private static readonly IPAddress s_v6 = IPAddress.IPv6Loopback;

    [Fact]
    public async Task ResolveAsync_EachFamily_AnswersWhatWasAdded()
    {
        var resolver = new ScriptedResolver().Add("both", s_v4, s_v6).Add("only4", s_v4);
        Assert.Equal([s_v4], await resolver.ResolveAsync("both", AddressFamily.InterNetwork));
        Assert.Equal([s_v6], await resolver.ResolveAsync("both", AddressFamily.InterNetworkV6));
        Assert.Equal([s_v6, s_v4], await resolver.ResolveAsync("both", AddressFamily.Unspecified));
        Assert.Empty(await resolver.ResolveAsync("only4", AddressFamily.InterNetworkV6));
        Assert.Equal(4, resolver.Queries.Count);
        Assert.Equal(("both", AddressFamily.InterNetwork), resolver.Queries[0]);
    }

    [Fact]
    public async Task ResolveAsync_UnknownOrFailing_ThrowsWhatARealOneWould()
    {
        var resolver = new ScriptedResolver().Fail("broken", AddressFamily.InterNetwork, TimeSpan.Zero, ConnectionError.TimedOut);
        Assert.Equal(ConnectionError.HostNotFound, (await Assert.ThrowsAsync<ConnectionException>(async () => await resolver.ResolveAsync("no", AddressFamily.InterNetwork))).Error);
        resolver.Add("broken", AddressFamily.InterNetworkV6, TimeSpan.Zero, s_v6);
        Assert.Equal([s_v6], await resolver.ResolveAsync("broken", AddressFamily.Unspecified));
        await Assert.ThrowsAsync<ConnectionException>(async () => await resolver.ResolveAsync("no", AddressFamily.Unspecified));
        Assert.Equal(ConnectionError.TimedOut, (await Assert.ThrowsAsync<ConnectionException>(async () => await resolver.ResolveAsync("broken", AddressFamily.InterNetwork))).Error);
    }

    [Fact]
    public async Task ResolveAsync_Delay_IsOfTheGivenClock()
    {
        var time = new FakeTimeProvider();
        var resolver = new ScriptedResolver(time).Add("late", AddressFamily.InterNetwork, TimeSpan.FromSeconds(2), s_v4);
        var answer = resolver.ResolveAsync("late", AddressFamily.InterNetwork).AsTask();
        time.Advance(TimeSpan.FromSeconds(1.9));
        Assert.False(answer.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal([s_v4], await answer.Soon());
    }

    [Fact]
    public void Add_BadArguments_SayWhich()
    {
        var resolver = new ScriptedResolver();
        Assert.Throws<ArgumentException>(() => resolver.Add("", s_v4));
        Assert.Throws<ArgumentException>(() => resolver.Add("x", AddressFamily.InterNetwork, TimeSpan.Zero, s_v6));
        Assert.Throws<ArgumentException>(() => resolver.Add("x", AddressFamily.Unix, TimeSpan.Zero));
    }
}

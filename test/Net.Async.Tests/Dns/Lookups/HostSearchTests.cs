using System.Net;
using System.Net.Sockets;

namespace Net.Async.Tests;

/// <summary>Search domains, one family at a time as a connector asks; both at once are compared with getaddrinfo in <see cref="ResolvConfOnTheWireTests"/>.</summary>
public class HostSearchTests : NameServerTest
{
    private static readonly string[] s_pod = ["ns.svc.cluster.local", "svc.cluster.local", "cluster.local"];

    [Theory]
    [InlineData("svc")]
    [InlineData("svc.ns")]
    public async Task FindAsync_InAPod_EachFamilyIsOfTheSameName(string host)
    {
        // Outside of the cluster there is another host of the same name, which has IPv6 too.
        var server = Zone(("svc.ns.svc.cluster.local", ["10.0.0.1"]), (host, ["192.0.2.1", "2001:db8::1"]));

        var (v6, v4) = await BothAsync(server, host, s_pod, ndots: 5);

        Assert.Equal(Addresses("10.0.0.1"), v4.Addresses);
        Assert.Empty(v6.Addresses);
        Assert.Null(v6.Failure);
        Assert.DoesNotContain(server.Queries, query => query.Name == host);
    }

    [Fact]
    public async Task FindAsync_BothFamiliesApart_CostNoQueryMoreThanTogether()
    {
        var gate = Gate();
        var zone = Answers(("svc.ns.svc.cluster.local", ["10.0.0.1"]));
        var server = Server(async query =>
        {
            await gate.Task;
            return [zone(query)];
        });
        var both = BothAsync(server, "svc", s_pod, ndots: 5);
        await server.HasAsync(2);

        gate.SetResult();
        await both;

        Assert.Equal(2, server.Count);
    }

    [Theory]
    [InlineData("host", 1, "host.a.test", "host.b.test", "host")]
    [InlineData("host.x", 1, "host.x", "host.x.a.test", "host.x.b.test")]
    [InlineData("host.x", 2, "host.x.a.test", "host.x.b.test", "host.x")]
    [InlineData("host.", 1, "host")]
    public async Task FindAsync_NowhereFound_AsksInThisOrder(string host, int ndots, params string[] names)
    {
        var server = Zone();

        var answer = await FindAsync(server, host, ["a.test", "b.test"], ndots, V4);

        Assert.Equal(ConnectionError.HostNotFound, answer.Failure!.Error);
        Assert.Equal(names, server.Queries.Select(static query => query.Name));
    }

    // The first domain is none, which ends the search before the root of the list.
    [Theory]
    [InlineData("a..test", ".")]
    [InlineData("a..test", "")]
    [InlineData(".", "a..test")]
    [InlineData("", "a..test")]
    public async Task FindAsync_RootAmongDomainsThatAreNone_AsksForTheNameOnce(params string[] domains)
    {
        var server = Zone();

        var answer = await FindAsync(server, "host", domains, 1, V4);

        Assert.True(answer.IsNoSuchName);
        Assert.Equal("host", Assert.Single(server.Queries).Name);
    }

    [Theory]
    [InlineData("host", 1, SocketError.TryAgain)]
    [InlineData("host.x", 1, SocketError.HostNotFound)]
    public async Task FindAsync_OneDomainHasServFail_TriesTheNextAndRemembers(string host, int ndots, SocketError says)
    {
        var server = Server(query => new Reply(query).Code(query.Name.EndsWith("a.test", StringComparison.Ordinal) ? 2 : 3).ToBytes());

        var answer = await FindAsync(server, host, ["a.test", "b.test"], ndots, V4);

        // A name that is asked for as it is before all others is judged by that, as getaddrinfo does.
        Assert.Equal(says, answer.Failure!.Says);
        Assert.Contains(server.Queries, static query => query.Name.EndsWith("b.test", StringComparison.Ordinal));
    }

    [Fact]
    public async Task FindAsync_Refused_TriesTheNameAsItIsAndNoOtherDomain()
    {
        var server = Server(static query => query.Name.EndsWith("a.test", StringComparison.Ordinal) ? new Reply(query).Code(5).ToBytes() : PlainReply(query));

        var answer = await FindAsync(server, "host", ["a.test", "b.test"], 1, V4);

        Assert.Equal(Addresses("192.0.2.1"), answer.Addresses);
        Assert.Equal(["host.a.test", "host.a.test", "host"], server.Queries.Select(static query => query.Name));
    }

    [Fact]
    public async Task FindAsync_AliasWithoutAddress_EndsTheSearch()
    {
        var server = Server(static query => new Reply(query).Alias("gone.test").ToBytes());

        Assert.Empty((await FindAsync(server, "host", ["a.test", "b.test"], 1, V4)).Addresses);
        Assert.Equal("host.a.test", Assert.Single(server.Queries).Name);
    }

    [Fact]
    public async Task FindAsync_NoServerIsReached_EndsTheSearch()
    {
        var server = Silent();
        await server.DisposeAsync();

        var answer = await FindAsync(server, "host", ["a.test", "b.test"], 1, V4);

        Assert.Equal((FailureKind.Unreachable, SocketError.TryAgain), (answer.Failure!.Kind, answer.Failure.Says));
    }

    [Fact]
    public async Task FindAsync_SearchedInVain_SaysSo()
    {
        var answer = await FindAsync(Zone(), "host", ["a.test", "b.test"], 1, V4);

        Assert.Equal("the name does not exist, nor below one of 2 search domains", answer.Failure!.Why);
    }

    private ScriptedNameServer Zone(params (string Name, string[] Addresses)[] zone) => Server(Answers(zone));

    private static Func<ReceivedQuery, byte[]> Answers(params (string Name, string[] Addresses)[] zone) => query =>
    {
        var reply = new Reply(query).Soa(60, 60);
        var (name, addresses) = Array.Find(zone, entry => entry.Name == query.Name);
        foreach (var address in (addresses ?? []).Where(address => IPAddress.Parse(address).AddressFamily == (query.Type == ReceivedQuery.A ? V4 : V6)))
            reply.Add(address);
        return name is null ? reply.Code(3).ToBytes() : reply.ToBytes();
    };

    private async Task<Answer> FindAsync(ScriptedNameServer server, string host, string[] domains, int ndots, AddressFamily family)
    {
        await using var lookups = new Lookups(AtOnce with { TimeProvider = Time });
        return await new HostSearch(lookups, Settings(server, domains, ndots), family).FindAsync(HostName.Parse(host), default).Soon();
    }

    private async Task<(Answer V6, Answer V4)> BothAsync(ScriptedNameServer server, string host, string[] domains, int ndots)
    {
        await using var lookups = new Lookups(AtOnce with { TimeProvider = Time });
        var settings = Settings(server, domains, ndots);
        var v6 = new HostSearch(lookups, settings, V6).FindAsync(HostName.Parse(host), default).Soon();
        var v4 = new HostSearch(lookups, settings, V4).FindAsync(HostName.Parse(host), default).Soon();
        return (await v6, await v4);
    }

    private static SystemSettings Settings(ScriptedNameServer server, string[] domains, int ndots) =>
        new(new ServerList([server.EndPoint], TimeSpan.FromSeconds(5), 2)) { Domains = domains, Ndots = ndots };
}

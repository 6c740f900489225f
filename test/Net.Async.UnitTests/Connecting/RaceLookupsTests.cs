using System.Net;
using System.Net.Sockets;
using Net.Async.Testing;

namespace Net.Async.Tests.Connecting;

/// <summary>From a resolver's answer to what may be tried, on a network whose routes the test makes up.</summary>
public class RaceLookupsTests
{
    private const AddressFamily V4 = AddressFamily.InterNetwork, V6 = AddressFamily.InterNetworkV6;

    private static readonly IPAddress s_v4 = IPAddress.Parse("198.51.100.1"), s_translated = IPAddress.Parse("64:ff9b::198.51.100.1");

    private readonly ScriptedResolver _resolver = new();

    [Fact]
    public async Task AskAsync_OnlyIPv6_FindsTheTranslatorAndDialsThroughIt()
    {
        _resolver.Add("host.test", s_v4).Add("ipv4only.arpa", IPAddress.Parse("64:ff9b::192.0.0.170"), IPAddress.Parse("64:ff9b::192.0.0.171"));
        var (lookups, reach, _) = Make(new() { SourceOf = OnlyIPv6 });
        Assert.Equal([s_v4], (await lookups.AskAsync(V4, default)).Addresses);
        Assert.Equal(s_translated, reach.ToDial(s_v4));
        Assert.NotNull(reach.SourceFor(s_v4));
    }

    [Fact]
    public async Task AskAsync_TranslatorFound_IsNotAskedForAgain()
    {
        _resolver.Add("host.test", s_v4).Add("ipv4only.arpa", IPAddress.Parse("64:ff9b::192.0.0.170"));
        var options = Options(new() { SourceOf = OnlyIPv6 });
        var memory = new ConnectMemory(options);
        for (var i = 0; i < 3; i++)
            await Make(options, memory).Lookups.AskAsync(V4, default);
        Assert.Single(_resolver.Queries, query => query.Host == "ipv4only.arpa");
        Assert.True(memory.IsReachable(V4));
    }

    [Fact]
    public async Task AskAsync_TranslatorCouldNotBeAskedFor_IsAskedForAgain()
    {
        _resolver.Add("host.test", s_v4).Fail("ipv4only.arpa", V6, TimeSpan.Zero, ConnectionError.TimedOut);
        var options = Options(new() { SourceOf = OnlyIPv6 });
        var memory = new ConnectMemory(options);
        await Make(options, memory).Lookups.AskAsync(V4, default);
        _resolver.Add("ipv4only.arpa", IPAddress.Parse("64:ff9b::192.0.0.170"));
        var (lookups, reach, _) = Make(options, memory);
        await lookups.AskAsync(V4, default);
        Assert.Equal(s_translated, reach.ToDial(s_v4));
    }

    [Fact]
    public async Task AskAsync_NoTranslator_LeavesTheAddressAsItIs()
    {
        _resolver.Add("host.test", s_v4);
        var (lookups, reach, _) = Make(new() { SourceOf = OnlyIPv6 });
        Assert.Equal([s_v4], (await lookups.AskAsync(V4, default)).Addresses);
        Assert.Equal(s_v4, reach.ToDial(s_v4));
        Assert.Null(reach.SourceFor(s_v4));
    }

    [Fact]
    public async Task AskAsync_IPv4HasARoute_AsksForNoTranslator()
    {
        _resolver.Add("host.test", s_v4);
        await Make(new() { SourceOf = address => address }).Lookups.AskAsync(V4, default);
        await Make(new() { SourceOf = OnlyIPv6, Addresses = { DiscoverNat64 = false } }).Lookups.AskAsync(V4, default);
        Assert.DoesNotContain(_resolver.Queries, query => query.Host == "ipv4only.arpa");
    }

    [Fact]
    public async Task AskAsync_TranslatedAnswer_IsJudgedAndCountedAsWhatItStandsFor()
    {
        _resolver.Add("host.test", s_translated, s_v4);
        var judged = new List<string>();
        var (lookups, reach, _) = Make(new() { SourceOf = OnlyIPv6, Addresses = { Nat64Prefixes = [IPNetwork.Parse("64:ff9b::/96")] }, Policy = new Noting(judged) });
        Assert.Equal([s_v4], (await lookups.AskAsync(V6, default)).Addresses);
        // The same server once more, under its own name: known already.
        Assert.Empty((await lookups.AskAsync(V4, default)).Addresses);
        Assert.Equal(["64:ff9b::c633:6401", "198.51.100.1"], judged[..2]);
        Assert.Equal(s_translated, reach.ToDial(s_v4));
    }

    [Fact]
    public async Task AskAsync_InnerAddressDenied_DeniesTheTranslated()
    {
        _resolver.Add("host.test", IPAddress.Parse("64:ff9b::198.51.100.66"));
        var (lookups, _, _) = Make(new() { SourceOf = OnlyIPv6, Addresses = { Nat64Prefixes = [IPNetwork.Parse("64:ff9b::/96")] }, Policy = new Noting([]) });
        var answer = await lookups.AskAsync(V6, default);
        Assert.Equal((0, 1), (answer.Addresses.Count, answer.Denied));
    }

    [Fact]
    public async Task AskAsync_StrangeAnswers_AreSortedOut()
    {
        var (lookups, _, _) = Make(new() { Resolver = new Strange([IPAddress.Parse("::ffff:192.0.2.1"), IPAddress.Parse("192.0.2.2"), IPAddress.Parse("2001:db8::1")]), SourceOf = address => address });
        Assert.Equal([IPAddress.Parse("192.0.2.1"), IPAddress.Parse("192.0.2.2")], (await lookups.AskAsync(V4, default)).Addresses);
        Assert.Equal([IPAddress.Parse("2001:db8::1")], (await lookups.AskAsync(V6, default)).Addresses);
        (lookups, _, _) = Make(new() { Resolver = new Strange(null!) });
        Assert.Empty((await lookups.AskAsync(V6, default)).Addresses);
        (lookups, _, _) = Make(new() { Resolver = new Strange([.. Enumerable.Range(0, 10_000).Select(i => new IPAddress(i + 0x0a000000L))]), SourceOf = address => address });
        Assert.Equal(64, (await lookups.AskAsync(V4, default)).Addresses.Count);
    }

    private (RaceLookups Lookups, Reach Reach, ConnectMemory Memory) Make(HappyEyeballsOptions options) => Make(options = Options(options), new ConnectMemory(options));

    private static (RaceLookups Lookups, Reach Reach, ConnectMemory Memory) Make(HappyEyeballsOptions options, ConnectMemory memory)
    {
        var target = new RaceTarget(new DnsEndPoint("host.test", 80));
        var reach = new Reach(options.SourceOf, memory.Nat64.IsNeeded ? memory.Nat64.Known : []);
        return (new RaceLookups(options, target, new RaceJournal(options, target.Name), reach, memory.Nat64, new PolicyGate(options.Policy, target.Name.Host, memory.Nat64)), reach, memory);
    }

    private HappyEyeballsOptions Options(HappyEyeballsOptions options) => options with { Resolver = options.Resolver == Resolver.Default ? _resolver : options.Resolver, NetworkEpoch = static () => 0 };

    private static IPAddress? OnlyIPv6(IPAddress address) => address.AddressFamily == V6 ? IPAddress.Parse("2001:db8::99") : null;

    private sealed class Noting(List<string> judged) : ConnectionPolicy
    {
        public override PolicyDecision Evaluate(in ConnectionCandidate candidate)
        {
            var address = ((IPEndPoint)candidate.EndPoint).Address.ToString();
            judged.Add(address);
            return address == "198.51.100.66" ? PolicyDecision.Deny() : PolicyDecision.Allow();
        }
    }

    private sealed class Strange(IReadOnlyList<IPAddress> answer) : Resolver
    {
        public override ValueTask<ResolveResult> ResolveAsync(ResolveQuery query, CancellationToken cancellationToken = default) => new(answer is null ? null! : new ResolveResult(answer));
    }
}

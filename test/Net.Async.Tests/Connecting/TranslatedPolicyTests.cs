using System.Net;
using System.Net.Sockets;
using Net.Async.Namespaces;
using Net.Async.Testing;

namespace Net.Async.Tests.Connecting;

/// <summary>What a connector knows to be a translator's address is judged as the IPv4 address behind it too: under every policy, however it is connected to.</summary>
public class TranslatedPolicyTests : LeakCheck
{
    private static readonly IPNetwork[] s_prefixes =
    [
        IPNetwork.Parse("2a00:64::/32"), IPNetwork.Parse("2a00:64:1::/40"), IPNetwork.Parse("2a00:64:100::/48"), IPNetwork.Parse("2a00:64:100:100::/56"),
        IPNetwork.Parse("2a00:64:100:101::/64"), IPNetwork.Parse("2a00:64:100:102::/96"), IPNetwork.Parse("64:ff9b:1::/48"), IPNetwork.Parse("64:ff9b:1:0:2::/96"), IPNetwork.Parse("64:ff9b::/96"),
    ];

    private static readonly string[] s_inner = ["127.0.0.1", "169.254.169.254", "10.0.0.5", "0.0.0.0", "192.168.255.255"];

    public static TheoryData<string> Policies => [.. PolicyKinds.All.Keys];

    [Theory]
    [MemberData(nameof(Policies))]
    public async Task ConnectAsync_GivenPrefix_EveryWayIsDenied(string policy)
    {
        foreach (var prefix in s_prefixes)
        {
            var options = Options(PolicyKinds.All[policy]) with { Addresses = Options(PolicyKinds.All[policy]).Addresses with { Nat64Prefixes = [prefix] } };
            foreach (var inner in s_inner)
                await AssertDeniedAsync(options, Embedding.Of(prefix, IPAddress.Parse(inner)), $"{policy}: {prefix} {inner}");
        }
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public async Task ConnectAsync_FoundPrefix_NamesAndLiteralsAreDenied(string policy)
    {
        foreach (var prefix in s_prefixes.Where(static prefix => prefix.PrefixLength >= 64 || !prefix.BaseAddress.ToString().StartsWith("64:", StringComparison.Ordinal)))
        {
            var resolver = new ScriptedResolver().Add("ipv4only.arpa", Embedding.Of(prefix, IPAddress.Parse("192.0.0.170")), Embedding.Of(prefix, IPAddress.Parse("192.0.0.171")));
            var options = Options(PolicyKinds.All[policy], resolver) with { SourceOf = OnlyIPv6, NetworkEpoch = static () => 0 };
            foreach (var inner in s_inner)
            {
                var address = Embedding.Of(prefix, IPAddress.Parse(inner));
                resolver.Add($"x{inner}.test", address);
                var connector = new HappyEyeballsConnector(options);
                // Nothing was connected to before: the translator is looked for first.
                await DeniedAsync(() => connector.ConnectAsync($"x{inner}.test", 80), $"{policy}: name, {prefix} {inner}");
                await DeniedAsync(() => new HappyEyeballsConnector(options).ConnectAsync(new IPEndPoint(address, 80)), $"{policy}: literal, {prefix} {inner}");
                await DeniedAsync(() => connector.ConnectAsync(new IPEndPoint(address, 80)), $"{policy}: literal later, {prefix} {inner}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public async Task ConnectAsync_EmbeddedAddress_IsDenied(string policy)
    {
        // Compatible, translated, 6to4, Teredo's client and server, ISATAP of either kind, ISATAP behind 6to4, local use read at each length.
        foreach (var address in (string[])["::127.0.0.1", "::ffff:0:127.0.0.1", "2002:7f00:1::1", "2001:0:808:808:0:0:80ff:fffe", "2001:0:7f00:1::1", "2a00::5efe:127.0.0.1", "2a00::200:5efe:10.0.0.5",
            "2002:808:808::5efe:10.0.0.5", "2002:808:808::200:5efe:127.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b:1::127.0.0.1", "64:ff9b:1:7f00:0:100::", "64:ff9b:1:7f:0:1::", "64:ff9b:1:5:7f:0:100:0", "::ffff:127.0.0.1"])
            await AssertDeniedAsync(Options(PolicyKinds.All[policy]), IPAddress.Parse(address), $"{policy}: {address}");
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public async Task ConnectAsync_Unspecified_IsJudgedAsLoopback(string policy)
    {
        var kind = PolicyKinds.OfLoopbackOnly(policy);
        foreach (var address in (string[])["0.0.0.0", "::", "::ffff:0.0.0.0", "::%1"])
            await AssertDeniedAsync(Options(kind), IPAddress.Parse(address), $"{policy}: {address}");
    }

    [Fact]
    public async Task ConnectAsync_ScopeThatMeansNothing_IsNotShownToAPolicy()
    {
        // Equals tells ::1%1 and ::1 apart, and so does IPAddress.IsLoopback; the kernel does not.
        var policy = new ByEquality(IPAddress.IPv6Loopback, IPAddress.Parse("2a00::5"));
        foreach (var address in (string[])["::1%1", "2a00::5%1", "::1%4294967295"])
            await AssertDeniedAsync(Options(policy), IPAddress.Parse(address), address);
    }

    [Fact]
    public async Task ConnectAsync_GivenPrefixAndEmbeddedNotJudged_TheTranslatedIsJudgedStill()
    {
        var policy = new RulePolicy(new() { Deny = PolicyKinds.List("127.0.0.0/8", "10.0.0.0/8"), EvaluateEmbeddedIPv4 = false });
        foreach (var prefix in s_prefixes)
            await AssertDeniedAsync(Options(policy) with { Addresses = Options(policy).Addresses with { Nat64Prefixes = [prefix] } }, Embedding.Of(prefix, IPAddress.Parse("10.0.0.5")), prefix.ToString());
    }

    [Fact]
    public async Task ConnectAsync_ReportOnly_IsToldOfTheTranslated()
    {
        var told = new List<string>();
        var policy = ConnectionPolicy.PublicInternet.ReportOnly((candidate, decision) => told.Add($"{candidate.EndPoint} {decision}"));
        var connector = new HappyEyeballsConnector(Options(policy) with { Addresses = Options(policy).Addresses with { Nat64Prefixes = [s_prefixes[5]] } });
        await Assert.ThrowsAnyAsync<Exception>(() => connector.ConnectAsync(new IPEndPoint(Embedding.Of(s_prefixes[5], IPAddress.Parse("10.0.0.5")), 80)).Soon());
        Assert.Equal("10.0.0.5:80 denied by Subnet: IPv4 10.0.0.0/8 of Private", told[0]);
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public async Task ConnectAsync_InnerAllowed_MakesASocket(string policy)
    {
        // The control: with these policies a socket would be made.
        foreach (var address in (string[])["2a00:64:100:102::8.8.8.8", "64:ff9b::8.8.8.8", "2a00::5efe:8.8.8.8"])
        {
            var connector = new HappyEyeballsConnector(Options(PolicyKinds.All[policy]) with { Addresses = Options(PolicyKinds.All[policy]).Addresses with { Nat64Prefixes = [s_prefixes[5]] } });
            var exception = await Assert.ThrowsAnyAsync<Exception>(() => connector.ConnectAsync(new IPEndPoint(IPAddress.Parse(address), 80)).Soon());
            Assert.True(exception is MadeASocketException || exception.InnerException is MadeASocketException, $"{policy}: {address} {exception}");
        }
    }

    private static async Task AssertDeniedAsync(HappyEyeballsOptions options, IPAddress address, string what)
    {
        var connector = new HappyEyeballsConnector(options with { Resolver = new ScriptedResolver().Add("host.test", address) });
        await DeniedAsync(() => connector.ConnectAsync(new IPEndPoint(address, 80)), what + " literal");
        await DeniedAsync(() => connector.ConnectAsync(address.ToString(), 80), what + " text");
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
            await DeniedAsync(() => connector.ConnectAsync(new DnsEndPoint($"[{address}]", 80)), what + " host in brackets");
        // A mapped address is no answer of a look-up for IPv6.
        if (!address.IsIPv4MappedToIPv6)
            await DeniedAsync(() => connector.ConnectAsync("host.test", 80), what + " name");
        await DeniedAsync(() => connector.ConnectSocketAsync(new IPEndPoint(address, 80)), what + " socket");
        await DeniedAsync(() => connector.ConnectAsync(new IPEndPoint(address, 80), static (_, _) => new ValueTask<int>(1)), what + " established");
        await DeniedAsync(() => new ResilientConnector(connector, new ResilientConnectorOptions { MaxAttempts = 1 }).ConnectAsync(new IPEndPoint(address, 80)), what + " resilient");
        using var guarded = new HttpClient(new GuardedHttpHandler(options with { Resolver = new ScriptedResolver().Add("host.test", address) }));
        using var adapted = new HttpClient(new SocketsHttpHandler { UseProxy = false }.UseConnector(connector));
        foreach (var client in new[] { guarded, adapted })
        {
            await DeniedAsync(() => client.GetStringAsync(new Uri(address.AddressFamily == AddressFamily.InterNetworkV6 ? $"http://[{address}]/" : $"http://{address}/")), what + " http");
            if (!address.IsIPv4MappedToIPv6)
                await DeniedAsync(() => client.GetStringAsync(new Uri("http://host.test/")), what + " http name");
        }
    }

    private static async Task DeniedAsync(Func<Task> connect, string what)
    {
        var exception = await Assert.ThrowsAnyAsync<Exception>(() => connect().Soon());
        var told = exception as ConnectionException ?? exception.InnerException as ConnectionException;
        Assert.True(told is { Error: ConnectionError.Denied }, $"{what}: {exception}");
    }

    private static HappyEyeballsOptions Options(ConnectionPolicy policy, Resolver? resolver = null) => new()
    {
        Policy = policy,
        Resolver = resolver ?? new ScriptedResolver(),
        // Nothing leaves this machine: no socket is connected.
        Addresses = { DiscoverNat64 = resolver is not null, ConfigureSocket = static (_, _) => throw new MadeASocketException() },
    };

    private static IPAddress? OnlyIPv6(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.Parse("2a00::99") : null;

    private sealed class ByEquality(params IPAddress[] denied) : ConnectionPolicy
    {
        public override PolicyDecision Evaluate(in ConnectionCandidate candidate) =>
            candidate.EndPoint is IPEndPoint ip && (denied.Contains(ip.Address) || IPAddress.IsLoopback(ip.Address)) ? PolicyDecision.Deny() : PolicyDecision.Allow();
    }

    private sealed class MadeASocketException : Exception;
}

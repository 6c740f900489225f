using System.Net;
using System.Net.Sockets;
using Net.Async.Namespaces;
using Xunit.Abstractions;

namespace Net.Async.Tests.Policies;

public sealed class RulePolicyTests(ITestOutputHelper output) : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("policy-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void Evaluate_EachPrecedence_IsKept()
    {
        var policy = new RulePolicy(new() { AlwaysDeny = List("10.1.1.1/32"), Allow = List("10.1.0.0/16"), Deny = List("10.0.0.0/8") });
        Assert.Equal("denied by Subnet: IPv4 10.1.1.1/32", Judge(policy, "10.1.1.1"));
        Assert.Equal("allowed by Subnet: IPv4 10.1.0.0/16", Judge(policy, "10.1.2.3"));
        Assert.Equal("denied by Subnet: IPv4 10.0.0.0/8", Judge(policy, "10.2.3.4"));
        Assert.Equal("allowed by default", Judge(policy, "192.0.2.1"));
        Assert.Equal("denied by Subnet: IPv4 10.0.0.0/8", Judge(policy, "::ffff:10.2.3.4"));
    }

    [Fact]
    public void Evaluate_NothingByDefault_AllowsOnlyTheAllowed()
    {
        var policy = new RulePolicy(new() { AllowByDefault = false, AlwaysDeny = List("10.1.1.1/32"), Allow = List("10.1.0.0/16", "2001:db8::/32") });
        Assert.Equal("denied by Subnet: IPv4 10.1.1.1/32", Judge(policy, "10.1.1.1"));
        Assert.Equal("allowed by Subnet: IPv4 10.1.0.0/16", Judge(policy, "10.1.2.3"));
        Assert.Equal("denied by default", Judge(policy, "10.2.3.4"));
        Assert.Equal("allowed by Subnet: IPv6 2001:db8::/32", Judge(policy, "2001:db8::1"));
        Assert.Equal("denied by default", Judge(policy, "2001:db9::1"));
    }

    [Fact]
    public void Evaluate_ListChanges_CountsFromTheNextCandidateOn()
    {
        var deny = new BlockList();
        var policy = new RulePolicy(new() { Deny = deny });
        Assert.Equal("allowed by default", Judge(policy, "10.0.0.1"));
        deny.AddAddress("10.0.0.1");
        Assert.Equal("denied by Address: IPv4 10.0.0.1", Judge(policy, "10.0.0.1"));
        deny.Clear();
        Assert.Equal("allowed by default", Judge(policy, "10.0.0.1"));
    }

    [Fact]
    public void Evaluate_RandomRules_AgreesWithAskingEachListInTurn()
    {
        var random = Seed.Start(output);
        for (var round = 0; round < 200; round++)
        {
            var options = new RulePolicyOptions { AlwaysDeny = RandomList(random), Allow = RandomList(random), Deny = RandomList(random), AllowByDefault = random.Next(2) == 0, EvaluateEmbeddedIPv4 = false };
            var policy = new RulePolicy(options);
            for (var i = 0; i < 200; i++)
            {
                var address = RandomAddress(random);
                var expected = !options.AlwaysDeny.Contains(address) && (options.Allow.Contains(address) || (options.AllowByDefault && !options.Deny.Contains(address)));
                var decision = policy.Evaluate(new(new IPEndPoint(address, 1), ConnectionDirection.Outbound));
                Assert.True(expected == decision.IsAllowed, $"round {round}: {address} is {decision}");
            }
        }
    }

    [Theory]
    [InlineData("::192.0.2.1")]
    [InlineData("::ffff:0:192.0.2.1")]
    [InlineData("2002:c000:201::1")]
    [InlineData("2001:0:c000:201:0:0:0:0")]
    [InlineData("2001:0:4136:e378:8000:63bf:3fff:fdfe")]
    [InlineData("64:ff9b::192.0.2.1")]
    [InlineData("2001:db8:122:344::192.0.2.1")]
    [InlineData("2a00::5efe:192.0.2.1")]
    [InlineData("2a00::200:5efe:192.0.2.1")]
    public void Evaluate_IPv4Inside_IsJudgedWhenConnectingOnly(string address)
    {
        var policy = new RulePolicy(new() { Deny = List("192.0.2.0/24"), Nat64Prefixes = [IPNetwork.Parse("2001:db8:122:344::/96")] });
        Assert.Equal("denied by Subnet: IPv4 192.0.2.0/24", Judge(policy, address));
        Assert.Equal("allowed by default", policy.Evaluate(new(new IPEndPoint(IPAddress.Parse(address), 1), ConnectionDirection.Inbound)).ToString());
        Assert.Equal("allowed by default", Judge(new RulePolicy(new() { Deny = List("192.0.2.0/24"), EvaluateEmbeddedIPv4 = false }), address));
    }

    [Fact]
    public void Evaluate_Translator_TakesTheInnerVerdict()
    {
        // A network with DNS64 reaches all of IPv4 so: denying the prefix for its own sake would deny everything.
        var policy = new RulePolicy(new() { AllowByDefault = false, Allow = List("198.51.100.0/24") });
        Assert.Equal("allowed by Subnet: IPv4 198.51.100.0/24", Judge(policy, "64:ff9b::198.51.100.1"));
        Assert.Equal("denied by default", Judge(policy, "64:ff9b::192.0.2.1"));
        policy = new RulePolicy(new() { AlwaysDeny = List("64:ff9b::/96") });
        Assert.Equal("denied by Subnet: IPv6 64:ff9b::/96", Judge(policy, "64:ff9b::198.51.100.1"));
    }

    [Theory]
    [InlineData("64:ff9b::/96")]
    [InlineData("64:ff9b::/32")]
    [InlineData("64::/16")]
    [InlineData("64:ff9b::808:0/112")]
    [InlineData("64:ff9b::8.8.8.8/128")]
    public void Evaluate_DenyOfTheWellKnownPrefix_DeniesWhatIsBehindItToo(string denied)
    {
        foreach (var options in (RulePolicyOptions[])[new(), new() { TrustWellKnownNat64 = false }, PublicInternetRules.Create()])
        {
            options.Deny.AddCidr(denied);
            var decision = new RulePolicy(options).Evaluate(new(new IPEndPoint(IPAddress.Parse("64:ff9b::8.8.8.8"), 1), ConnectionDirection.Outbound));
            Assert.Equal($"denied by {(denied.EndsWith("/112", StringComparison.Ordinal) ? "Subnet: IPv6 64:ff9b::808:0/112" : $"Subnet: IPv6 {IPNetwork.Parse(denied)}")}", decision.ToString());
        }

        // Written as a range, from a preset, in a list that does not know its rules, and for good.
        var range = new BlockList();
        range.AddAddressRange("64:ff9b::", "64:ff9b::ffff:ffff");
        var forgetful = new BlockList { RememberRules = false };
        forgetful.AddCidr("64:ff9b::/96");
        var preset = new BlockList();
        preset.Add(IPPreset.Transition);
        foreach (var list in (BlockList[])[range, forgetful, preset])
        {
            Assert.False(new RulePolicy(new() { Deny = list }).Evaluate(new(new IPEndPoint(IPAddress.Parse("64:ff9b::8.8.8.8"), 1), ConnectionDirection.Outbound)).IsAllowed);
            Assert.False(list.Evaluate(new(new IPEndPoint(IPAddress.Parse("64:ff9b::8.8.8.8"), 1), ConnectionDirection.Outbound)).IsAllowed);
        }
    }

    [Fact]
    public void Evaluate_WellKnownPrefixNotTrusted_IsPlainIPv6()
    {
        var policy = new RulePolicy(new() { AllowByDefault = false, Allow = List("198.51.100.0/24"), TrustWellKnownNat64 = false });
        Assert.Equal("denied by default", Judge(policy, "64:ff9b::198.51.100.1"));
        policy = new RulePolicy(PublicInternetRules.Create() with { TrustWellKnownNat64 = false });
        Assert.StartsWith("denied by Subnet: IPv6 ", Judge(policy, "64:ff9b::8.8.8.8"), StringComparison.Ordinal);
        Assert.EndsWith(" of NotGlobalUnicast", Judge(policy, "64:ff9b::8.8.8.8"), StringComparison.Ordinal);
        // And by what is behind it as well.
        Assert.Equal("denied by Subnet: IPv4 10.0.0.0/8", Judge(new RulePolicy(new() { Deny = List("10.0.0.0/8"), TrustWellKnownNat64 = false }), "64:ff9b::10.0.0.1"));
    }

    [Fact]
    public void Evaluate_PublicInternet_WellKnownPrefixIsJudgedPlainlyWhereNothingIsBehindIt()
    {
        Assert.False(ConnectionPolicy.PublicInternet.Evaluate(new(new IPEndPoint(IPAddress.Parse("64:ff9b::8.8.8.8"), 1), ConnectionDirection.Inbound)).IsAllowed);
        Assert.StartsWith("denied by", Judge(new RulePolicy(PublicInternetRules.Create() with { EvaluateEmbeddedIPv4 = false }), "64:ff9b::127.0.0.1"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fd00:64::/96")]
    [InlineData("2001:db8::/32")]
    [InlineData("64:ff9b:1::/96")]
    [InlineData("64:ff9b:1::/48")]
    public void Evaluate_NamedPrefix_IsJudgedByWhatIsBehind(string prefix)
    {
        var network = IPNetwork.Parse(prefix);
        var (good, bad) = (Embedding.Of(network, IPAddress.Parse("8.8.8.8")).ToString(), Embedding.Of(network, IPAddress.Parse("10.0.0.1")).ToString());
        var rules = PublicInternetRules.Create() with { Nat64Prefixes = [network] };
        Assert.Equal("allowed by default", Judge(new RulePolicy(rules), good));
        Assert.StartsWith("denied by Subnet: IPv4 10.0.0.0/8", Judge(new RulePolicy(rules), bad), StringComparison.Ordinal);
        // A rule over more than the prefix speaks of others; one that was written for it means it.
        rules.Deny.AddCidr("::/1");
        Assert.StartsWith("denied by", Judge(new RulePolicy(rules), good), StringComparison.Ordinal);
        rules.Deny.RemoveCidr("::/1");
        rules.Deny.AddSubnet(network);
        Assert.Equal($"denied by Subnet: IPv6 {network}", Judge(new RulePolicy(rules), good));
    }

    [Fact]
    public void Evaluate_Decided_NamesTheRule()
    {
        var allow = List("10.0.0.0/8");
        allow.Add(IPPreset.Loopback);
        foreach (var byDefault in (bool[])[true, false])
        {
            var policy = new RulePolicy(new() { AllowByDefault = byDefault, Allow = allow, Deny = List("10.0.0.0/7") });
            Assert.Equal("allowed by Subnet: IPv4 10.0.0.0/8", Judge(policy, "10.0.0.1"));
            Assert.Equal("allowed by Subnet: IPv4 127.0.0.0/8 of Loopback", Judge(policy, "127.0.0.1"));
            Assert.Equal("denied by Subnet: IPv4 10.0.0.0/7", Judge(policy, "11.0.0.1"));
            Assert.Equal($"{(byDefault ? "allowed" : "denied")} by default", Judge(policy, "192.0.2.1"));
        }
    }

    [Fact]
    public void Evaluate_NoCandidate_IsAnArgumentErrorOfEveryPolicy()
    {
        foreach (var policy in (ConnectionPolicy[])[new BlockList(), new RulePolicy(new()), ConnectionPolicy.PublicInternet, ConnectionPolicy.AllowAll, ConnectionPolicy.PublicInternet.ReportOnly(), ConnectionPolicy.AllowAll.ReportOnly()])
        {
            Assert.Equal("candidate", Assert.Throws<ArgumentException>(() => policy.Evaluate(default)).ParamName);
            Assert.False(policy.Judge(default).IsAllowed);
        }
    }

    [Fact]
    public void Evaluate_Allowed_AllocatesNothing()
    {
        var policy = ConnectionPolicy.PublicInternet;
        ConnectionCandidate v4 = new(new IPEndPoint(IPAddress.Parse("8.8.8.8"), 1), ConnectionDirection.Outbound), v6 = new(new IPEndPoint(IPAddress.Parse("2a00::1"), 1), ConnectionDirection.Outbound);
        for (var i = 0; i < 100; i++)
            Assert.True(policy.Evaluate(v4).IsAllowed && policy.Evaluate(v6).IsAllowed);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            _ = policy.Evaluate(v4).IsAllowed && policy.Evaluate(v6).IsAllowed;
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Evaluate_LocalSockets_OnlyInAllowedDirectories()
    {
        var inside = Path.Combine(_directory.FullName, "sub", "socket");
        Directory.CreateDirectory(Path.GetDirectoryName(inside)!);
        var link = Path.Combine(_directory.FullName, "link");
        Directory.CreateSymbolicLink(link, "/tmp");
        var policy = new RulePolicy(new() { AllowLocalSockets = false, AllowedSocketDirectories = [_directory.FullName + "/"] });
        Assert.True(Local(policy, inside));
        Assert.False(Local(policy, _directory.FullName));
        Assert.False(Local(policy, _directory.FullName + "-other/socket"));
        Assert.False(Local(policy, Path.Combine(_directory.FullName, "..", "socket")));
        Assert.False(Local(policy, Path.Combine(link, "socket")));
        Assert.False(Local(policy, "/var/run/docker.sock"));
        Assert.False(Local(policy, "\0abstract"));
        Assert.False(policy.Evaluate(new(new NamedPipeEndPoint("x"), ConnectionDirection.Outbound)).IsAllowed);
        Assert.True(Local(new RulePolicy(new()), "/anywhere"));
        // A peer of a Unix server is not judged by address.
        Assert.True(policy.Evaluate(new(new UnixDomainSocketEndPoint("/anywhere"), ConnectionDirection.Inbound)).IsAllowed);
        Assert.False(policy.Evaluate(new(new StrangeEndPoint(), ConnectionDirection.Outbound)).IsAllowed);
    }

    [Fact]
    public async Task Options_BadValues_AreAsVerified()
    {
        var thrown = new ThrownMessages();
        thrown.Add("list null", () => _ = new RulePolicyOptions { Allow = null! });
        thrown.Add("mixed answers", () => _ = new RulePolicyOptions { DeniedAnswers = (DeniedAnswerMode)9 });
        thrown.Add("prefix", () => _ = new RulePolicyOptions { Nat64Prefixes = [IPNetwork.Parse("2001:db8::/33")] });
        thrown.Add("prefixes null", () => _ = new RulePolicyOptions { Nat64Prefixes = null! });
        thrown.Add("too many prefixes", () => _ = new RulePolicyOptions { Nat64Prefixes = [.. Enumerable.Repeat(IPNetwork.Parse("64:ff9b::/96"), 65)] });
        thrown.Add("relative directory", () => _ = new RulePolicyOptions { AllowedSocketDirectories = ["run"] });
        thrown.Add("options null", () => _ = new RulePolicy(null!));
        await Verifier.Verify(thrown.ToString());
    }

    private static bool Local(ConnectionPolicy policy, string path) => policy.Evaluate(new(new UnixDomainSocketEndPoint(path), ConnectionDirection.Outbound)).IsAllowed;

    private static string Judge(ConnectionPolicy policy, string address) => policy.Evaluate(new(new IPEndPoint(IPAddress.Parse(address), 1), ConnectionDirection.Outbound)).ToString();

    private static BlockList List(params string[] networks)
    {
        var list = new BlockList();
        foreach (var network in networks)
            list.AddCidr(network);
        return list;
    }

    // Few different addresses, so that the rules of the lists meet.
    private static BlockList RandomList(Random random)
    {
        var list = new BlockList();
        for (var i = random.Next(6); i > 0; i--)
        {
            var address = RandomAddress(random);
            list.AddSubnet(address, address.AddressFamily == AddressFamily.InterNetwork ? random.Next(20, 33) : random.Next(100, 129));
        }

        return list;
    }

    private static IPAddress RandomAddress(Random random) => random.Next(2) == 0
        ? new IPAddress([10, 0, (byte)random.Next(16), (byte)random.Next(256)])
        : new IPAddress([0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte)random.Next(4), (byte)random.Next(16), (byte)random.Next(256)]);
}

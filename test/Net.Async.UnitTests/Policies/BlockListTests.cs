using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Net.Async.Tests.Policies;

public class BlockListTests
{
    private static readonly string[] s_rules =
        ["Subnet: IPv4 192.168.1.0/24", "Address: IPv4 10.0.0.5", "Range: IPv4 192.168.2.1-192.168.2.10", "Range: IPv4 10.0.0.1-10.0.0.10"];

    // The example of Node's documentation.
    [Fact]
    public void Check_ExampleOfNode_GivesItsAnswers()
    {
        var list = new BlockList();
        list.AddAddress("123.123.123.123");
        list.AddAddressRange("10.0.0.1", "10.0.0.10");
        list.AddSubnet("8592:757c:efae:4e45::", 64);

        Assert.True(list.Contains("123.123.123.123"));
        Assert.True(list.Contains("10.0.0.3"));
        Assert.False(list.Contains("222.111.111.222"));
        Assert.True(list.Contains("::ffff:7b7b:7b7b"));
        Assert.True(list.Contains("::ffff:123.123.123.123"));
        Assert.Equal(["Address: IPv4 123.123.123.123", "Range: IPv4 10.0.0.1-10.0.0.10", "Subnet: IPv6 8592:757c:efae:4e45::/64"], list.Rules);
    }

    [Fact]
    public void FromJson_ExampleOfNode_RoundTrips()
    {
        BlockList first = new(), second = new();
        first.AddJson(s_rules);
        second.AddJson(JsonSerializer.Serialize(s_rules));

        Assert.Equal(s_rules, first.Rules);
        Assert.Equal(s_rules, second.Rules);
        Assert.Equal(JsonSerializer.Serialize(s_rules), first.ToJson());
        Assert.True(first.Contains("192.168.1.77") && first.Contains("10.0.0.10") && !first.Contains("192.168.2.11"));
    }

    [Fact]
    public void Rules_SameRuleAgainOrInAnotherForm_IsOne()
    {
        var list = new BlockList();

        Assert.True(list.AddAddress("1.2.3.4"));
        Assert.False(list.AddAddress("::ffff:1.2.3.4"));
        Assert.False(list.AddAddress(IPAddress.Parse("::ffff:102:304")));
        Assert.True(list.AddSubnet("10.1.2.3", 8));
        Assert.False(list.AddCidr("10.0.0.0/8"));
        Assert.False(list.AddCidr("::ffff:10.0.0.0/104"));
        Assert.True(list.AddAddress("fe80::1%eth0"));
        Assert.False(list.AddAddress(new IPAddress(IPAddress.Parse("fe80::1").GetAddressBytes(), 7)));
        Assert.True(list.AddCidr("10.0.0.0/32"));
        Assert.True(list.AddAddress("10.0.0.0"));

        Assert.Equal(["Address: IPv4 1.2.3.4", "Subnet: IPv4 10.0.0.0/8", "Address: IPv6 fe80::1", "Subnet: IPv4 10.0.0.0/32", "Address: IPv4 10.0.0.0"], list.Rules);
        Assert.Equal(5, list.Count);
    }

    [Fact]
    public void Check_IPv6RuleOverTheMappedAddresses_HoldsIPv4AsFarAsItGoes()
    {
        var list = new BlockList();
        list.AddAddressRange("::1", "::ffff:10.0.0.0");

        Assert.True(list.Contains("9.255.255.255") && list.Contains("::ffff:10.0.0.0") && list.Contains("0.0.0.0"));
        Assert.False(list.Contains("10.0.0.1") || list.Contains("::ffff:10.0.0.1") || list.Contains("::"));
        Assert.Equal("denied by Range: IPv6 ::1-::ffff:10.0.0.0", Judge(list, "9.0.0.1").ToString());
        Assert.Equal(1, list.Count);

        list.AddCidr("::/0");
        list.AddCidr("::/8");
        Assert.True(list.Contains("255.255.255.255"));
        Assert.True(list.RemoveCidr("::/0"));
        Assert.True(list.Contains("255.255.255.255"));
        Assert.True(list.RemoveCidr("::/8"));
        Assert.False(list.Contains("255.255.255.255"));
        Assert.True(list.Contains("9.9.9.9"));
        Assert.Equal(1, list.Count);
    }

    // Not unwrapped, as in Node: these are addresses of their own. A policy for going out judges what they hold.
    [Theory]
    [InlineData("::10.0.0.1")]
    [InlineData("64:ff9b::10.0.0.1")]
    [InlineData("2002:a00:1::")]
    [InlineData("::ffff:0:10.0.0.1")]
    public void Check_OtherAddressesWithIPv4Inside_AreNotIPv4(string address)
    {
        var list = new BlockList();
        list.AddCidr("10.0.0.0/8");

        Assert.False(list.Contains(address));
    }

    [Fact]
    public void Evaluate_HeldAddress_IsDeniedWithTheOldestRuleAndItsPreset()
    {
        var list = new BlockList();
        list.Add(IPPreset.Private);
        list.AddAddress("10.0.0.1");
        list.AddAddress("192.0.2.1");

        Assert.Equal(PolicyDecision.Deny("Subnet: IPv4 10.0.0.0/8", "Private"), Judge(list, "10.0.0.1"));
        Assert.Equal(PolicyDecision.Deny("Subnet: IPv4 10.0.0.0/8", "Private"), Judge(list, "::ffff:10.0.0.1"));
        Assert.Equal(PolicyDecision.Deny("Address: IPv4 192.0.2.1"), Judge(list, "192.0.2.1"));
        Assert.Equal(PolicyDecision.Allow(), Judge(list, "192.0.2.2"));
        Assert.True(list.Remove(IPPreset.Private));
        Assert.False(list.Remove(IPPreset.Private));
        Assert.Equal(PolicyDecision.Deny("Address: IPv4 10.0.0.1"), Judge(list, "10.0.0.1"));
    }

    [Fact]
    public void Evaluate_NoAddress_IsAllowed()
    {
        var list = new BlockList();
        list.AddCidr("::/0");
        EndPoint[] endPoints = [new UnixDomainSocketEndPoint("/tmp/socket"), new NamedPipeEndPoint("pipe")];

        Assert.All(endPoints, endPoint => Assert.True(list.Evaluate(new ConnectionCandidate(endPoint, ConnectionDirection.Inbound)).IsAllowed));
        Assert.False(list.Contains(new UnixDomainSocketEndPoint("/tmp/socket").Serialize()));
    }

    [Fact]
    public void Remove_PresetAndHandMadeRule_AreTwo()
    {
        var list = new BlockList();
        list.Add(IPPreset.Loopback);
        Assert.True(list.AddCidr("127.0.0.0/8"));
        Assert.Equal(3, list.Count);

        Assert.True(list.Remove(IPPreset.Loopback));
        Assert.True(list.Contains("127.0.0.1") && !list.Contains("::1"));
        Assert.True(list.RemoveSubnet(IPNetwork.Parse("127.0.0.0/8")));
        Assert.Equal((0, false), (list.Count, list.Contains("127.0.0.1")));
    }

    [Fact]
    public void Clear_Everything_IsGone()
    {
        foreach (var remembers in (bool[])[true, false])
        {
            var list = new BlockList { RememberRules = remembers };
            list.Add(IPPreset.SpecialPurpose);
            list.Clear();

            Assert.Equal((0, 0, false, remembers), (list.Count, list.Rules.Count, list.Contains("::1"), list.RememberRules));
        }
    }

    [Fact]
    public void RememberRules_False_TellsTheDisjointIntervals()
    {
        var list = new BlockList { RememberRules = false };
        list.AddAddressRange("10.0.0.4", "10.0.0.6");
        Assert.True(list.AddAddress("10.0.0.7"));
        Assert.False(list.AddAddress("10.0.0.5"));
        list.AddAddress("192.0.2.1");
        list.AddAddressRange("2001:db8::1", "2001:db8::5");

        Assert.Equal(["Subnet: IPv4 10.0.0.4/30", "Address: IPv4 192.0.2.1", "Range: IPv6 2001:db8::1-2001:db8::5"], list.Rules);
        Assert.Equal(3, list.Count);
        Assert.Equal("denied by Subnet: IPv4 10.0.0.4/30", Judge(list, "10.0.0.5").ToString());
        Assert.Throws<InvalidOperationException>(() => list.RemoveAddress("192.0.2.1"));
    }

    [Fact]
    public void ReplaceWith_AnotherList_TakesItOverAndLetsItGo()
    {
        BlockList list = new(), other = new();
        list.AddAddress("1.1.1.1");
        other.AddAddress("2.2.2.2");

        list.ReplaceWith(other);
        other.AddAddress("3.3.3.3");
        list.RemoveAddress("2.2.2.2");
        list.AddAddress("4.4.4.4");

        Assert.Equal(["Address: IPv4 4.4.4.4"], list.Rules);
        Assert.Equal(["Address: IPv4 2.2.2.2", "Address: IPv4 3.3.3.3"], other.Rules);
    }

    private static PolicyDecision Judge(BlockList list, string address) =>
        list.Evaluate(new ConnectionCandidate(new IPEndPoint(IPAddress.Parse(address), 1), ConnectionDirection.Outbound));
}

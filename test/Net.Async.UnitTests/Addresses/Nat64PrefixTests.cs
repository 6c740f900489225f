using System.Net;

namespace Net.Async.Tests.Addresses;

public class Nat64PrefixTests
{
    // The examples of RFC 6052, 2.4.
    [Theory]
    [InlineData("2001:db8::/32", "2001:db8:c000:221::")]
    [InlineData("2001:db8:100::/40", "2001:db8:1c0:2:21::")]
    [InlineData("2001:db8:122::/48", "2001:db8:122:c000:2:2100::")]
    [InlineData("2001:db8:122:300::/56", "2001:db8:122:3c0:0:221::")]
    [InlineData("2001:db8:122:344::/64", "2001:db8:122:344:c0:2:2100::")]
    [InlineData("2001:db8:122:344::/96", "2001:db8:122:344::192.0.2.33")]
    [InlineData("64:ff9b::/96", "64:ff9b::192.0.2.33")]
    public void Synthesize_EachLength_IsTheRfcsExampleAndComesBack(string prefix, string expected)
    {
        var nat64 = new Nat64Prefix(IPNetwork.Parse(prefix));
        var v6 = nat64.Synthesize(IPAddress.Parse("192.0.2.33"));
        Assert.Equal(IPAddress.Parse(expected), v6);
        Assert.Equal(IPAddress.Parse("192.0.2.33"), nat64.Extract(v6!));
    }

    [Theory]
    [InlineData("0.0.0.1")]
    [InlineData("127.0.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("255.255.255.255")]
    public void Synthesize_ThisHostOrLink_IsNone(string address) =>
        Assert.Null(new Nat64Prefix(IPNetwork.Parse("2001:db8::/96")).Synthesize(IPAddress.Parse(address)));

    [Theory]
    [InlineData("10.1.2.3")]
    [InlineData("172.31.0.1")]
    [InlineData("192.168.0.1")]
    [InlineData("100.64.0.1")]
    public void Synthesize_Private_NotUnderTheWellKnownPrefix(string address)
    {
        Assert.Null(Nat64Prefix.WellKnown.Synthesize(IPAddress.Parse(address)));
        Assert.NotNull(new Nat64Prefix(IPNetwork.Parse("2001:db8::/96")).Synthesize(IPAddress.Parse(address)));
    }

    [Fact]
    public void Extract_OutsideThePrefix_IsNull()
    {
        Assert.Null(Nat64Prefix.WellKnown.Extract(IPAddress.Parse("2001:db8::1")));
        Assert.Null(Nat64Prefix.WellKnown.Extract(IPAddress.Loopback));
    }

    [Theory]
    [InlineData("64:ff9b::192.0.0.170", "64:ff9b::/96")]
    [InlineData("2001:db8:1:2:c0:0:aa00::", "2001:db8:1:2::/64")]
    [InlineData("2001:db8:c000:ab::", "2001:db8::/32")]
    [InlineData("2001:db8::1", null)]
    public void FoundIn_AnswerForTheKnownName_ShowsThePrefix(string answer, string? expected)
    {
        var found = Nat64Prefix.FoundIn([IPAddress.Parse(answer), IPAddress.Parse(answer), IPAddress.Loopback]).ToList();
        Assert.Equal(expected is null ? [] : [IPNetwork.Parse(expected)], found.Select(prefix => prefix.Network));
    }

    [Theory]
    [InlineData("64:ff9b::/96", true)]
    [InlineData("2001:db8::/32", true)]
    [InlineData("2001:db8::/33", false)]
    [InlineData("10.0.0.0/8", false)]
    public void IsPrefix_OnlyTheSixLengths(string network, bool expected) => Assert.Equal(expected, Nat64Prefix.IsPrefix(IPNetwork.Parse(network)));
}

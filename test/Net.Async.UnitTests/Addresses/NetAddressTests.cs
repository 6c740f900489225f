using System.Net;

namespace Net.Async.Tests;

public class NetAddressTests
{
    [Theory]
    [InlineData("127.0.0.1", 4)]
    [InlineData("255.255.255.255", 4)]
    [InlineData("::1", 6)]
    [InlineData("::ffff:1.2.3.4", 6)]
    [InlineData("2001:DB8::1", 6)]
    [InlineData("fe80::1%eth0", 6)]
    [InlineData("::%1", 6)]
    // Interfaces have such names.
    [InlineData("fe80::1%eth_0", 6)]
    [InlineData("01.2.3.4", 0)]
    [InlineData("127.1", 0)]
    [InlineData("0x7f.1", 0)]
    [InlineData("2130706433", 0)]
    [InlineData(" 1.2.3.4", 0)]
    [InlineData("1.2.3.4:80", 0)]
    [InlineData("1.2.3.4/8", 0)]
    [InlineData("[::1]", 0)]
    [InlineData("::ffff:01.1.1.1", 0)]
    [InlineData("fe80::1%", 0)]
    [InlineData("fe80::1%eth0@1", 0)]
    [InlineData("", 0)]
    [InlineData(null, 0)]
    public void IsIP_Text_IsItsFamily(string? text, int family)
    {
        Assert.Equal(family != 0, NetAddress.IsIP(text));
        Assert.Equal(family == 4, NetAddress.IsIPv4(text));
        Assert.Equal(family == 6, NetAddress.IsIPv6(text));
        if (family == 0)
            Assert.False(NetAddress.TryParse(text, out _));
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("2001:0DB8:0000::0001", "2001:db8::1")]
    [InlineData("::ffff:192.0.2.1", "::ffff:192.0.2.1")]
    [InlineData("fe80::1%1", "fe80::1%1")]
    public void Parse_Address_IsWrittenCanonically(string text, string canonical) => Assert.Equal(canonical, NetAddress.Parse(text).ToString());

    [Theory]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("::ffff:0:0", "0.0.0.0")]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("2001:db8::1", "2001:db8::1")]
    [InlineData("fe80::1%1", "fe80::1%1")]
    [InlineData("::192.0.2.1", "::192.0.2.1")]
    public void Unmap_Address_IsIPv4WhereItIsMapped(string text, string unmapped) => Assert.Equal(IPAddress.Parse(unmapped), NetAddress.Unmap(IPAddress.Parse(text)));

    [Theory]
    [InlineData("127.1")]
    [InlineData("fe80::1%no-such-interface")]
    public void Parse_NoAddress_Throws(string text) =>
        Assert.Contains($"'{text}'", Assert.Throws<FormatException>(() => NetAddress.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Parse_Null_Throws() => Assert.Throws<ArgumentNullException>(() => NetAddress.Parse(null!));

    [Fact]
    public void Unmap_Null_Throws() => Assert.Throws<ArgumentNullException>(() => NetAddress.Unmap(null!));

    [Fact]
    public void Parse_EndPointsPort80_Stays80() => Assert.Equal(new IPEndPoint(IPAddress.Parse("1.2.3.4"), 80), NetEndPoint.Parse("1.2.3.4:80"));
}

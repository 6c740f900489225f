using System.Net;

namespace Net.Async.Tests.NodeNet;

/// <summary>Rows of <c>net.BlockList</c>, each as it was measured there.</summary>
public class BlockListRowsTests
{
    [Fact]
    public void AddAddress_EitherFamily_IsFoundOut()
    {
        var list = new BlockList();
        list.AddAddress("::1");
        list.AddAddress("192.0.2.1");
        list.AddAddress("fe80::1%lo");
        Assert.Equal(["Address: IPv6 ::1", "Address: IPv4 192.0.2.1", "Address: IPv6 fe80::1"], list.Rules);
        Assert.True(list.Contains("::1") && list.Contains("fe80::1%eth9"));
    }

    [Fact]
    public void AddAddresses_OneIsBad_AddsNone()
    {
        var list = new BlockList();
        Assert.Equal("addresses", Assert.Throws<ArgumentException>(() => list.AddAddresses([IPAddress.Loopback, null!])).ParamName);
        Assert.Equal(0, list.Count);
        list.AddAddresses([IPAddress.Loopback, IPAddress.IPv6Loopback, IPAddress.Loopback]);
        Assert.Equal(2, list.Count);
    }

    [Fact]
    public void AddRange_EndsOfTwoFamiliesOrTurnedRound_IsNoRule()
    {
        var list = new BlockList();
        Assert.Equal("end", Assert.Throws<ArgumentException>(() => list.AddAddressRange("1.1.1.1", "2001::1")).ParamName);
        Assert.Equal("end", Assert.Throws<ArgumentException>(() => list.AddAddressRange("1.1.1.2", "1.1.1.1")).ParamName);
        Assert.Equal(0, list.Count);
        list.AddAddressRange("1.1.1.1", "1.1.1.1");
        Assert.True(list.Contains("1.1.1.1"));
        Assert.False(list.Contains("1.1.1.0") || list.Contains("1.1.1.2"));
    }

    [Fact]
    public void AddSubnet_HostBitsAndWholeFamilies_HoldWhatTheySay()
    {
        var list = new BlockList();
        list.AddSubnet("1.1.1.77", 16);
        Assert.Equal(["Subnet: IPv4 1.1.0.0/16"], list.Rules);
        Assert.True(list.Contains("1.1.255.255"));
        // The historic one: /32 is one address.
        list.AddSubnet("9.9.9.9", 32);
        Assert.False(list.Contains("9.9.9.8") || list.Contains("9.9.9.10"));
        list.AddSubnet("0.0.0.0", 0);
        Assert.True(list.Contains("255.255.255.255") && list.Contains("::ffff:8.8.8.8"));
        Assert.False(list.Contains("::1"));
    }

    [Theory]
    [InlineData("01.2.3.4")]
    [InlineData("1.2.3")]
    [InlineData(" 1.2.3.4")]
    [InlineData("nonsense")]
    public void Check_NoAddress_IsNeverCalledFree(string text)
    {
        var list = new BlockList();
        list.AddCidr("0.0.0.0/0");
        Assert.Throws<FormatException>(() => list.Contains(text));
        Assert.False(list.TryContains(text, out _));
    }

    [Fact]
    public void Check_MappedEitherWay_IsTheIPv4Address()
    {
        var list = new BlockList();
        list.AddAddress("192.0.2.1");
        list.AddAddress("::ffff:192.0.2.2");
        foreach (var spelling in (string[])["192.0.2.1", "::ffff:192.0.2.1", "::ffff:c000:201", "192.0.2.2", "0:0:0:0:0:ffff:c000:0202"])
            Assert.True(list.Contains(spelling), spelling);
        // It covers ::ffff:0:0/96, and so all of IPv4.
        list.AddCidr("::/8");
        Assert.True(list.Contains("8.8.8.8"));
    }

    [Fact]
    public void Remove_ExactRule_IsGoneAndAnythingElseIsNot()
    {
        var list = new BlockList();
        list.AddAddress("1.1.1.1");
        list.AddAddressRange("10.0.0.1", "10.0.0.9");
        list.AddCidr("192.0.2.0/24");
        Assert.False(list.RemoveAddress("10.0.0.5"));
        Assert.False(list.RemoveCidr("192.0.2.0/25"));
        Assert.Equal(3, list.Count);
        Assert.True(list.RemoveAddress("::ffff:1.1.1.1"));
        Assert.True(list.RemoveAddressRange("10.0.0.1", "10.0.0.9"));
        Assert.True(list.RemoveSubnet("192.0.2.0", 24));
        Assert.Empty(list.Rules);
    }
}

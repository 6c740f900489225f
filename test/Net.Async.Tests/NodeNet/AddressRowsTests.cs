using System.Net;

namespace Net.Async.Tests.NodeNet;

/// <summary>Rows of <c>net.SocketAddress</c>: texts that its parser takes for something else.</summary>
public class AddressRowsTests
{
    [Theory]
    [InlineData("1.2.3.4:80", "1.2.3.4", 80)]
    [InlineData("1.2.3.4:0", "1.2.3.4", 0)]
    [InlineData("[2001:DB8::0001]:443", "2001:db8::1", 443)]
    [InlineData("[fe80::1%1]:8080", "fe80::1%1", 8080)]
    public void Parse_AddressAndPort_IsCanonicalAndReadBack(string text, string address, int port)
    {
        var end = Assert.IsType<IPEndPoint>(NetEndPoint.Parse(text));
        Assert.Equal((address, port), (end.Address.ToString(), end.Port));
        Assert.Equal(end, NetEndPoint.Parse(NetEndPoint.Format(end)));
    }

    [Theory]
    [InlineData("256")]
    [InlineData("0xffffffff")]
    [InlineData("192.168.257:1")]
    [InlineData("user@1.2.3.4:8")]
    [InlineData("1.2.3.4:81/path")]
    [InlineData("1.2.3.4")]
    [InlineData("::1")]
    [InlineData("[::1]")]
    [InlineData("1.2.3.4:65536")]
    [InlineData("1.2.3.4:080000")]
    [InlineData("")]
    [InlineData(null)]
    public void TryParse_AnythingElse_IsNoAddress(string? text)
    {
        var isRead = NetEndPoint.TryParse(text, out var end);
        // A bare number is a port of this machine; nothing of these is an address by arithmetic.
        if (text == "256")
            Assert.Equal(NetEndPoint.Loopback(256), end);
        else
            Assert.False(isRead);
    }
}

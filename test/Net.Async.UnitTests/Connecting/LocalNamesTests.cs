using System.Net;
using System.Net.Sockets;

namespace Net.Async.Tests.Connecting;

public class LocalNamesTests
{
    [Theory]
    [InlineData("localhost", true)]
    [InlineData("LOCALHOST.", true)]
    [InlineData("a.b.localhost", true)]
    [InlineData("notlocalhost", false)]
    [InlineData("localhost.example", false)]
    public void AddressesOf_LocalhostAndBelow_IsLoopback(string host, bool isLocal)
    {
        Assert.Equal(isLocal ? [IPAddress.Loopback] : null, LocalNames.AddressesOf(host, AddressFamily.InterNetwork));
        Assert.Equal(isLocal ? [IPAddress.IPv6Loopback] : null, LocalNames.AddressesOf(host, AddressFamily.InterNetworkV6));
    }
}

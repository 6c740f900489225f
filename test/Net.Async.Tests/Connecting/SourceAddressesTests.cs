using System.Net;

namespace Net.Async.Tests.Connecting;

public class SourceAddressesTests : LeakCheck
{
    [Fact]
    public void Of_Loopback_IsItself() =>
        Assert.All([IPAddress.Loopback, IPAddress.IPv6Loopback], static address => Assert.Equal(address, SourceAddresses.Of(address)));
}

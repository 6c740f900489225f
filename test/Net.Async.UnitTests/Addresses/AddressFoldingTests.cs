using System.Net;
using System.Net.Sockets;

namespace Net.Async.Tests;

public class AddressFoldingTests
{
    [Theory]
    [InlineData("::ffff:127.0.0.1", "127.0.0.1")]
    [InlineData("::ffff:0:0", "0.0.0.0")]
    [InlineData("::ffff:ffff:ffff", "255.255.255.255")]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("::1", "::1")]
    [InlineData("::", "::")]
    // Looks alike and is another thing: IPv4-compatible, translated, and one bit off.
    [InlineData("::127.0.0.1", "::127.0.0.1")]
    [InlineData("::ffff:0:127.0.0.1", "::ffff:0:127.0.0.1")]
    [InlineData("64:ff9b::127.0.0.1", "64:ff9b::127.0.0.1")]
    [InlineData("::fffe:127.0.0.1", "::fffe:127.0.0.1")]
    [InlineData("1::ffff:127.0.0.1", "1::ffff:127.0.0.1")]
    [InlineData("fe80::1%3", "fe80::1%3")]
    public void Fold_Address_OnlyMappedBecomesIPv4(string address, string expected) =>
        Assert.Equal(IPAddress.Parse(expected), IPAddress.Parse(address).Fold());

    [Fact]
    public void Fold_MappedAddressWithScope_LosesTheScope()
    {
        var address = new IPAddress(IPAddress.Parse("::ffff:1.2.3.4").GetAddressBytes(), 3);

        Assert.Equal(IPAddress.Parse("1.2.3.4"), address.Fold());
    }

    [Fact]
    public void Fold_LinkLocalAddress_KeepsItsScope() => Assert.Equal(3, IPAddress.Parse("fe80::1%3").Fold().ScopeId);

    [Fact]
    public void Fold_MappedEndPoint_KeepsThePort()
    {
        EndPoint endPoint = new IPEndPoint(IPAddress.Parse("::ffff:1.2.3.4"), 99);

        Assert.Equal(new IPEndPoint(IPAddress.Parse("1.2.3.4"), 99), endPoint.Fold());
    }

    [Fact]
    public void Fold_AnyOtherEndPoint_IsTheSameObject()
    {
        EndPoint[] endPoints =
        [
            new IPEndPoint(IPAddress.IPv6Loopback, 1), new IPEndPoint(IPAddress.Loopback, 1), new UnixDomainSocketEndPoint("/a"), new DnsEndPoint("a", 1),
            new NamedPipeEndPoint("a"),
        ];

        Assert.All(endPoints, static endPoint => Assert.Same(endPoint, endPoint.Fold()));
    }
}

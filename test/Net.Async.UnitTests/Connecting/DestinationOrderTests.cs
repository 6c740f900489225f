using System.Net;
using System.Net.Sockets;

namespace Net.Async.Tests.Connecting;

public class DestinationOrderTests
{
    private const AddressFamily V4 = AddressFamily.InterNetwork, V6 = AddressFamily.InterNetworkV6;

    // RFC 6724, 10.2, where the rules in question are among ours (no home, deprecated or tunnelled addresses).
    [Theory]
    [InlineData("2001:db8:1::1 <- 2001:db8:1::2 | 198.51.100.121 <- 169.254.13.78", "2001:db8:1::1 198.51.100.121")]
    [InlineData("2001:db8:1::1 <- fe80::1 | 198.51.100.121 <- 198.51.100.117", "198.51.100.121 2001:db8:1::1")]
    [InlineData("2001:db8:1::1 <- 2001:db8:1::2 | 10.1.2.3 <- 10.1.2.4", "2001:db8:1::1 10.1.2.3")]
    [InlineData("2001:db8:1::1 <- 2001:db8:1::2 | fe80::1 <- fe80::2", "fe80::1 2001:db8:1::1")]
    [InlineData("2001:db8:1::1 <- 2001:db8:3f44::2 | 2001:db8:3ffe::1 <- 2001:db8:3f44::2", "2001:db8:3ffe::1 2001:db8:1::1")]
    [InlineData("2002:c633:6401::1 <- 2002:c633:6401::2 | 2001:db8:1::1 <- 2002:c633:6401::2", "2002:c633:6401::1 2001:db8:1::1")]
    [InlineData("2002:c633:6401::1 <- 2002:c633:6401::2 | 2001:db8:1::1 <- 2001:db8:1::2", "2001:db8:1::1 2002:c633:6401::1")]
    [InlineData("fd00::1 <- 2001:db8:1::2 | 192.0.2.1 <- 192.0.2.2", "192.0.2.1 fd00::1")]
    [InlineData("2001:db8:1::1 <- - | 192.0.2.1 <- 192.0.2.2", "192.0.2.1 2001:db8:1::1")]
    [InlineData("192.0.2.1 <- 10.0.0.1 | 192.0.2.200 <- 192.0.2.201", "192.0.2.1 192.0.2.200")]
    public void Of_Examples_SortAsTheRfcSays(string destinations, string expected)
    {
        var rows = destinations.Split(" | ").Select(row => row.Split(" <- ")).ToDictionary(row => IPAddress.Parse(row[0]), row => row[1] == "-" ? null : IPAddress.Parse(row[1]));
        foreach (var given in new[] { rows.Keys.ToList(), Enumerable.Reverse(rows.Keys.ToList()).ToList() })
        {
            // IPv4 is never told apart by its prefix: the resolver's order stays.
            if (given[0].AddressFamily == V4 && given[1].AddressFamily == V4 && given[0].ToString() != expected.Split(' ')[0])
                continue;
            Assert.Equal(expected, string.Join(' ', new DestinationOrder(address => rows[address], V6, 1, AddressPolicyTable.Default).Of(given)));
        }
    }

    [Theory]
    [InlineData(1, "b1 a1 b2 a2 b3")]
    [InlineData(2, "b1 b2 a1 b3 a2")]
    [InlineData(8, "b1 b2 b3 a1 a2")]
    public void Of_BothFamilies_Alternate(int firstCount, string expected)
    {
        var names = new Dictionary<IPAddress, string>
        {
            [IPAddress.Parse("2001:db8::1")] = "b1",
            [IPAddress.Parse("2001:db8::2")] = "b2",
            [IPAddress.Parse("2001:db8::3")] = "b3",
            [IPAddress.Parse("192.0.2.1")] = "a1",
            [IPAddress.Parse("192.0.2.2")] = "a2",
        };
        var order = new DestinationOrder(address => address.AddressFamily == V6 ? IPAddress.Parse("2001:db8::ffff") : IPAddress.Parse("192.0.2.9"), V6, firstCount, AddressPolicyTable.Default).Of([.. names.Keys]);
        Assert.Equal(expected, string.Join(' ', order.Select(address => names[address])));
    }

    [Fact]
    public void Of_IPv4Preferred_PutsItBeforeNativeIPv6()
    {
        var (v4, v6) = (IPAddress.Parse("192.0.2.1"), IPAddress.Parse("2001:db8::1"));
        Assert.Equal([v4, v6], new DestinationOrder(address => address, V4, 1, AddressPolicyTable.Default).Of([v6, v4]));
        Assert.Equal([v6, v4], new DestinationOrder(address => address, V6, 1, AddressPolicyTable.Default).Of([v4, v6]));
    }

    [Fact]
    public void Of_KnownRoundTrips_PutTheNearerFirstWithinAPrecedence()
    {
        var (near, far, v6) = (IPAddress.Parse("192.0.2.2"), IPAddress.Parse("192.0.2.1"), IPAddress.Parse("2001:db8::1"));
        var order = new DestinationOrder(address => address, V6, 1, AddressPolicyTable.Default)
        {
            RoundTripOf = address => address.Equals(near) ? TimeSpan.FromMilliseconds(5) : address.Equals(far) ? TimeSpan.FromMilliseconds(50) : null,
        };
        // IPv6 was never used and stays first: its precedence decides before any time does.
        Assert.Equal([v6, near, far], order.Of([far, near, v6]));
        Assert.Equal([near, IPAddress.Parse("192.0.2.9")], order.Of([IPAddress.Parse("192.0.2.9"), near]));
    }

    [Fact]
    public void Of_OneAddress_AsksForNoSource() =>
        Assert.Single(new DestinationOrder(_ => throw new InvalidOperationException(), V6, 1, AddressPolicyTable.Default).Of([IPAddress.Loopback]));
}

using System.Net;
using Xunit.Abstractions;

namespace Net.Async.Tests.Serving;

/// <summary>Connections counted for each address and network, against a golden model.</summary>
public class NetworkLimitsTests(ITestOutputHelper output)
{
    private static readonly ServerLimits s_limits = new() { ConnectionsPerIPv4Address = 2, ConnectionsPerIPv4Network = 3, ConnectionsPerIPv6Network = 2 };

    [Fact]
    public void Of_NoLimit_IsNone() => Assert.Null(NetworkLimits.Of(new ServerLimits { AcceptsPerSecond = 1 }));

    [Fact]
    public void TryTake_OneAddress_IsRefusedAtItsLimitAndOthersAreNot()
    {
        var limits = NetworkLimits.Of(s_limits)!;
        Assert.Null(limits.TryTake(Address("192.0.2.1")));
        Assert.Null(limits.TryTake(Address("192.0.2.1")));
        Assert.Equal(ConnectionLimitKind.ConnectionsPerAddress, limits.TryTake(Address("192.0.2.1")));
        Assert.Null(limits.TryTake(Address("192.0.2.2")));
        Assert.Equal(ConnectionLimitKind.ConnectionsPerNetwork, limits.TryTake(Address("192.0.2.3")));
        Assert.Null(limits.TryTake(Address("192.0.3.1")));

        limits.Release(Address("192.0.2.1"));
        // The refusal by the network has counted nothing for the address.
        Assert.Null(limits.TryTake(Address("192.0.2.3")));
        Assert.Equal(ConnectionLimitKind.ConnectionsPerNetwork, limits.TryTake(Address("192.0.2.3")));
    }

    [Fact]
    public void TryTake_IPv6_CountsTheFirst64Bits()
    {
        var limits = NetworkLimits.Of(s_limits)!;
        Assert.Null(limits.TryTake(Address("2001:db8::1")));
        Assert.Null(limits.TryTake(Address("2001:db8::ffff:1")));
        Assert.Equal(ConnectionLimitKind.ConnectionsPerNetwork, limits.TryTake(Address("2001:db8::2")));
        Assert.Null(limits.TryTake(Address("2001:db8:0:1::1")));
    }

    [Fact]
    public void TryTakeAndRelease_RandomAddresses_CountAsTheModelDoes()
    {
        var random = Seed.Start(output);
        var limits = NetworkLimits.Of(s_limits)!;
        var taken = new List<IPAddress>();
        for (var i = 0; i < 20_000; i++)
        {
            if (taken.Count > 0 && random.Next(2) == 0)
            {
                var at = random.Next(taken.Count);
                limits.Release(taken[at]);
                taken.RemoveAt(at);
                continue;
            }

            var address = Address($"10.0.{random.Next(3)}.{random.Next(4)}");
            var ofAddress = taken.Count(address.Equals);
            var ofNetwork = taken.Count(other => other.GetAddressBytes()[2] == address.GetAddressBytes()[2]);
            ConnectionLimitKind? expected = ofAddress >= 2 ? ConnectionLimitKind.ConnectionsPerAddress : ofNetwork >= 3 ? ConnectionLimitKind.ConnectionsPerNetwork : null;
            Assert.True(expected == limits.TryTake(address), $"step {i}: expected {expected}");
            if (expected is null)
                taken.Add(address);
        }
    }

    [Fact]
    public void Count_AllReleased_IsZero()
    {
        var counts = NetworkCounts.Of(5, ConnectionLimitKind.ConnectionsPerAddress, prefixLength: 32)!;
        for (var i = 0; i < 1000; i++)
            Assert.Null(counts.TryTake(new IPAddress(i)));
        Assert.Equal(1000, counts.Count);
        for (var i = 0; i < 1000; i++)
            counts.Release(new IPAddress(i));
        Assert.Equal(0, counts.Count);
    }

    private static IPAddress Address(string text) => IPAddress.Parse(text);
}

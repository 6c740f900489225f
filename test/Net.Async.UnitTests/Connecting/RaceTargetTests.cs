using System.Net;
using System.Net.Sockets;
using Net.Async.Testing;

namespace Net.Async.Tests.Connecting;

public class RaceTargetTests
{
    private const AddressFamily V4 = AddressFamily.InterNetwork, V6 = AddressFamily.InterNetworkV6;

    private static readonly RaceTarget s_name = new(new DnsEndPoint("host.test", 80));

    [Fact]
    public void Families_NetworkResolver_HoldsBackWhatHasNoRoute()
    {
        Assert.Equal("V6 V4 /", Families(new(), [V4, V6]));
        Assert.Equal("V4 / V6", Families(new(), [V4]));
        Assert.Equal("V6 / V4", Families(new(), [V6]));
        // No way anywhere: there may be names of this machine.
        Assert.Equal("V6 V4 /", Families(new(), []));
    }

    [Fact]
    public void Families_OtherResolver_IsAskedForBoth() =>
        Assert.Equal("V6 V4 /", Families(new() { Resolver = new ScriptedResolver() }, [V4]));

    [Fact]
    public void Families_OneWanted_IsAskedForWhateverItsRoute()
    {
        Assert.Equal("V6 /", Families(new() { Addresses = { Family = V6 } }, [V4]));
        Assert.Equal("V4 /", Families(new(), [V6], new(new DnsEndPoint("host.test", 80, V4))));
        Assert.Equal("V4 /", Families(new() { Addresses = { LocalAddresses = [IPAddress.Loopback] } }, [V6]));
        Assert.Equal("/", Families(new() { Addresses = { LocalAddresses = [IPAddress.Loopback], Family = V6 } }, [V6]));
    }

    private static string Families(HappyEyeballsOptions options, AddressFamily[] reachable, RaceTarget? target = null)
    {
        var (atOnce, reserve) = (target ?? s_name).Families(options, V6, reachable.Contains);
        return string.Join(' ', [.. atOnce.Select(Name), "/", .. reserve.Select(Name)]);
    }

    private static string Name(AddressFamily family) => family == V4 ? "V4" : "V6";
}

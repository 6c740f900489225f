using Net.Async.Tests.Loopback;

namespace Net.Async.Tests.Namespaces;

/// <summary>A machine with few ephemeral ports: a network namespace of the child's own, where the kernel has 200 of them, or 16.</summary>
public sealed class LocalPortsNamespaceTests : LeakCheck
{
    [NamespaceFact]
    public async Task ConnectAsync_ClosedPortAmong200EphemeralOnes_NeverMeetsItselfWherePlainSocketsDo()
    {
        await using var child = Start(200, "self-connect");
        foreach (var engine in Io.Engines.Names)
        {
            foreach (var address in (string[])["127.0.0.1", "127.9.8.7", "::1", "::ffff:127.0.0.1"])
            {
                // The control first: within 2,000 tries a plain socket is connected to itself, and the real server cannot listen meanwhile.
                Assert.Equal($"{engine} {address}: plain socket meets itself True, server refused meanwhile True; ours of 2000 tries 0, refused 2000, server listens True", await child.Output.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(2)));
            }
        }

        Assert.Equal(0, await child.WaitForExitAsync());
    }

    [NamespaceFact]
    public async Task ConnectAndListen_EveryLocalPortIsUsed_SaysResourceShortageUntilOneIsFree()
    {
        await using var child = Start(16, "ports-used-up");
        foreach (var engine in Io.Engines.Names)
        {
            foreach (var address in (string[])["127.0.0.1", "::1"])
            {
                Assert.Equal($"{engine} {address}: connects 16, then ResourceShortage, from a local address ResourceShortage, transient True, says so True; with one free connects True", await child.Output.ReadLineAsync().Soon());
                Assert.Equal($"{engine} {address}: listens 16, then ResourceShortage, bound ResourceShortage, says so True; with one free listens True", await child.Output.ReadLineAsync().Soon());
            }

            Assert.Equal($"{engine}: several addresses ResourceShortage; 192.0.2.1 to listen AddressNotAvailable, to connect from AddressNotAvailable; taken port AddressInUse", await child.Output.ReadLineAsync().Soon());
        }

        Assert.Equal(0, await child.WaitForExitAsync());
    }

    [NamespaceFact]
    public async Task ConnectAsync_NoIPv6OnThisMachine_IsNoShortageOfPorts()
    {
        await using var child = Start(16, "no-ipv6", "echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6;");
        foreach (var engine in Io.Engines.Names)
            Assert.Equal($"{engine}: AddressNotAvailable", await child.Output.ReadLineAsync().Soon());
        Assert.Equal(0, await child.WaitForExitAsync());
    }

    private static Child Start(int ports, string play, string settings = "") => Child.Start("unshare", "--net", "bash", "-c",
        $"ip link set lo up; {settings} echo 40000 {40000 + ports - 1} > /proc/sys/net/ipv4/ip_local_port_range; exec dotnet '{typeof(LocalPortsNamespaceTests).Assembly.Location}' {play} 2>&1");
}

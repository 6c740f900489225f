using System.Net;
using System.Net.NetworkInformation;

namespace Net.Async;

/// <summary>The name servers of the network interfaces that are up: what systems without a resolv.conf(5) ask.</summary>
internal static class InterfaceServers
{
    private const int MostServers = 8;

    /// <summary>In the order of the interfaces, each once; empty when there is none, or the system does not say.</summary>
    public static IReadOnlyList<IPAddress> Find()
    {
        try
        {
            return
            [
                .. NetworkInterface.GetAllNetworkInterfaces()
                    .Where(static at => at.OperationalStatus == OperationalStatus.Up && at.NetworkInterfaceType != NetworkInterfaceType.Loopback)
                    .SelectMany(static at => at.GetIPProperties().DnsAddresses)
                    // Windows lists fec0:0:0:ffff::1 to ::3 where no server is known; site-local addresses are no more (RFC 3879).
                    .Where(static address => !address.IsIPv6SiteLocal)
                    .Select(ServerAddress.ToReachable).Distinct().Take(MostServers),
            ];
        }
        catch (Exception exception) when (exception is NetworkInformationException or PlatformNotSupportedException)
        {
            return [];
        }
    }
}

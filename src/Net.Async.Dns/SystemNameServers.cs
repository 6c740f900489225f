using System.Net;
using DnsClient;

namespace Net.Async;

/// <summary>The name servers that the operating system is set up to ask.</summary>
internal static class SystemNameServers
{
    // resolv.conf(5): MAXNS; and without any, the one on this machine.
    private const int Most = 3;
    private const int Port = 53;

    /// <summary>Read again each time: another network has others. Never the public ones of somebody else.</summary>
    public static IReadOnlyList<IPEndPoint> Find()
    {
        var servers = OperatingSystem.IsWindows()
            ? NameServer.ResolveNameServers(skipIPv6SiteLocal: true, fallbackToGooglePublicDns: false)
            : NameServer.ResolveNameServersNative();
        return servers.Count == 0
            ? [new IPEndPoint(IPAddress.Loopback, Port)]
            : [.. servers.Take(Most).Select(static server => new IPEndPoint(IPAddress.Parse(server.Address), server.Port))];
    }
}

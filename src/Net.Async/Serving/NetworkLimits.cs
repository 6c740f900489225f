using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>How many connections each address and each network has: an IPv4 address (/32) and its /24, an IPv6 /64. It remembers only those that have connections.</summary>
internal sealed class NetworkLimits
{
    private readonly NetworkCounts? _addresses;
    private readonly NetworkCounts? _ipv4;
    private readonly NetworkCounts? _ipv6;

    private NetworkLimits(ServerLimits limits)
    {
        _addresses = NetworkCounts.Of(limits.ConnectionsPerIPv4Address, ConnectionLimitKind.ConnectionsPerAddress, prefixLength: 32);
        _ipv4 = NetworkCounts.Of(limits.ConnectionsPerIPv4Network, ConnectionLimitKind.ConnectionsPerNetwork, prefixLength: 24);
        _ipv6 = NetworkCounts.Of(limits.ConnectionsPerIPv6Network, ConnectionLimitKind.ConnectionsPerNetwork, prefixLength: 64);
    }

    /// <summary>Null when no limit is set.</summary>
    public static NetworkLimits? Of(ServerLimits limits) =>
        limits is { ConnectionsPerIPv4Address: null, ConnectionsPerIPv4Network: null, ConnectionsPerIPv6Network: null } ? null : new(limits);

    /// <summary>Counts one connection more of an address. Returns the limit that is reached, and then nothing is counted; null when there is room.</summary>
    public ConnectionLimitKind? TryTake(IPAddress address)
    {
        var (narrow, wide) = CountsOf(address);
        if (narrow?.TryTake(address) is { } reached)
            return reached;
        if (wide?.TryTake(address) is not { } reachedByAll)
            return null;
        narrow?.Release(address);
        return reachedByAll;
    }

    /// <summary>Counts one less.</summary>
    /// <param name="address">Null for a client that is not counted.</param>
    public void Release(IPAddress? address)
    {
        if (address is null)
            return;
        var (narrow, wide) = CountsOf(address);
        narrow?.Release(address);
        wide?.Release(address);
    }

    private (NetworkCounts? Narrow, NetworkCounts? Wide) CountsOf(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetwork ? (_addresses, _ipv4) : (null, _ipv6);
}

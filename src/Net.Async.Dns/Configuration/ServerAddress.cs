using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>The address of a <c>nameserver</c> line: what inet_aton(3) takes, numbers of one to four parts among it, or an IPv6 address with a zone.</summary>
internal static class ServerAddress
{
    private static readonly SearchValues<char> s_v4 = SearchValues.Create("0123456789abcdefABCDEFxX.");
    private static readonly SearchValues<char> s_v6 = SearchValues.Create("0123456789abcdefABCDEF:.");

    /// <summary>The address to connect to; null when it is none.</summary>
    public static IPAddress? Parse(string text)
    {
        var (bare, zone) = text.IndexOf('%', StringComparison.Ordinal) is >= 0 and var at ? (text[..at], text[(at + 1)..]) : (text, null);
        if (zone is null && !text.AsSpan().ContainsAnyExcept(s_v4) && IPAddress.TryParse(text, out var v4) && v4.AddressFamily == AddressFamily.InterNetwork)
            return ToReachable(v4);
        if (bare.AsSpan().ContainsAnyExcept(s_v6) || !IPAddress.TryParse(bare, out var v6) || v6.AddressFamily != AddressFamily.InterNetworkV6)
            return null;
        // A zone that does not exist leaves the address without one, as in glibc.
        return zone is not null && IPAddress.TryParse($"{bare}%{zone}", out var scoped) ? ToReachable(scoped) : ToReachable(v6);
    }

    /// <summary>The IPv4 address that a mapped one is, and this machine for the unspecified one: what the kernel makes of them.</summary>
    public static IPAddress ToReachable(IPAddress address) => Fold(address) switch
    {
        var folded when folded.Equals(IPAddress.Any) => IPAddress.Loopback,
        var folded when folded.Equals(IPAddress.IPv6Any) => IPAddress.IPv6Loopback,
        var folded => folded,
    };

    /// <summary>The IPv4 address that a mapped one is.</summary>
    public static IPAddress Fold(IPAddress address) => address.IsIPv4MappedToIPv6 ? new IPAddress(address.GetAddressBytes().AsSpan(12)) : address;
}

using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Numerics;

namespace Net.Async;

/// <summary>A destination with the source it would be reached from, as RFC 6724 sees them.</summary>
internal sealed class Destination
{
    private const int LinkLocal = 2, SiteLocal = 5, Global = 14;

    private readonly AddressPolicyTable _table;

    public Destination(IPAddress address, IPAddress? source, AddressPolicyTable table)
    {
        _table = table;
        Address = address;
        IsUsable = source is not null;
        Policy = table.Of(address);
        Scope = ScopeOf(address);
        if (source is null)
            return;
        MatchesScope = Scope == ScopeOf(source);
        MatchesLabel = Policy.Label == table.Of(source).Label;
        CommonPrefix = CommonPrefixOf(address, source);
    }

    public IPAddress Address { get; }

    public bool IsUsable { get; }

    public AddressPolicy Policy { get; }

    public int Scope { get; }

    public bool MatchesScope { get; }

    public bool MatchesLabel { get; }

    public int CommonPrefix { get; }

    /// <summary>Whether no IPv4 address could be sorted before it: native, reachable, and with a source of its kind.</summary>
    public bool GoesBeforeIPv4 => IsUsable && MatchesLabel && Policy.Precedence > _table.IPv4.Precedence;

    // RFC 6724, 3.1 and 3.2: private IPv4 is global, link-local and loopback are link-local.
    private static int ScopeOf(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        if (address.AddressFamily == AddressFamily.InterNetwork)
            return bytes[0] == 127 || (bytes[0] == 169 && bytes[1] == 254) ? LinkLocal : Global;
        if (address.IsIPv6Multicast)
            return bytes[1] & 0xf;
        return address.IsIPv6LinkLocal || IPAddress.IsLoopback(address) ? LinkLocal : address.IsIPv6SiteLocal ? SiteLocal : Global;
    }

    // IPv6 only, and of the prefix only (RFC 6724, 6, rule 9; 2.2): in IPv4 it picks one server of many for everybody in a network.
    private static int CommonPrefixOf(IPAddress a, IPAddress b)
    {
        if (a.AddressFamily != AddressFamily.InterNetworkV6 || b.AddressFamily != AddressFamily.InterNetworkV6)
            return 0;
        return BitOperations.LeadingZeroCount(High(a) ^ High(b));
    }

    private static ulong High(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        return BinaryPrimitives.ReadUInt64BigEndian(bytes);
    }
}

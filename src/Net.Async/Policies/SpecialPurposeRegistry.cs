using System.Net;
using System.Numerics;

namespace Net.Async;

/// <summary>The rows of the IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890, RFC 8190).</summary>
internal static class SpecialPurposeRegistry
{
    /// <summary>When IANA last changed either registry before the table was taken.</summary>
    public static readonly DateOnly Date = new(2025, 10, 9);

    /// <summary>Every row. An empty cell and "N/A" count as not globally reachable: an address that may be reachable is no reason to trust it.</summary>
    public static IReadOnlyList<SpecialPurposeBlock> Blocks { get; } =
    [
        new("0.0.0.0/8", false),
        new("0.0.0.0/32", false),
        new("10.0.0.0/8", false),
        new("100.64.0.0/10", false),
        new("127.0.0.0/8", false),
        new("169.254.0.0/16", false),
        new("172.16.0.0/12", false),
        new("192.0.0.0/24", false),
        new("192.0.0.0/29", false),
        new("192.0.0.8/32", false),
        new("192.0.0.9/32", true),
        new("192.0.0.10/32", true),
        new("192.0.0.170/32", false),
        new("192.0.0.171/32", false),
        new("192.0.2.0/24", false),
        new("192.31.196.0/24", true),
        new("192.52.193.0/24", true),
        new("192.88.99.0/24", false),
        new("192.88.99.2/32", false),
        new("192.168.0.0/16", false),
        new("192.175.48.0/24", true),
        new("198.18.0.0/15", false),
        new("198.51.100.0/24", false),
        new("203.0.113.0/24", false),
        new("240.0.0.0/4", false),
        new("255.255.255.255/32", false),
        new("::1/128", false),
        new("::/128", false),
        new("::ffff:0:0/96", false),
        new("64:ff9b::/96", true),
        new("64:ff9b:1::/48", false),
        new("100::/64", false),
        new("100:0:0:1::/64", false),
        new("2001::/23", false),
        new("2001::/32", false),
        new("2001:1::1/128", true),
        new("2001:1::2/128", true),
        new("2001:1::3/128", true),
        new("2001:2::/48", false),
        new("2001:3::/32", true),
        new("2001:4:112::/48", true),
        new("2001:10::/28", false),
        new("2001:20::/28", true),
        new("2001:30::/28", true),
        new("2001:db8::/32", false),
        new("2002::/16", false),
        new("2620:4f:8000::/48", true),
        new("3fff::/20", false),
        new("5f00::/16", false),
        new("fc00::/7", false),
        new("fe80::/10", false),
    ];

    /// <summary>What can be in a list of its own: all but the mapped addresses, which are IPv4 addresses, and would be every one of them.</summary>
    private static IEnumerable<SpecialPurposeBlock> Listed => Blocks.Where(static block => block.Prefix != "::ffff:0:0/96");

    /// <summary>Every block, whatever its flag.</summary>
    public static IEnumerable<IPNetwork> All() => Listed.Select(static block => block.Network);

    /// <summary>What is not globally reachable: of several rows that hold an address the most specific decides.</summary>
    public static IEnumerable<IPNetwork> NotGloballyReachable()
    {
        var ipv4 = Array.Empty<uint>();
        var ipv6 = Array.Empty<UInt128>();
        foreach (var block in Listed.OrderBy(static block => block.Network.PrefixLength))
        {
            var rule = IPRuleText.ReadSubnet(block.Prefix, out _)!.Value;
            if (rule.IsIPv4)
                ipv4 = Overlay(ipv4, new Interval<uint>((uint)rule.Start, (uint)rule.End), block.IsGloballyReachable);
            else
                ipv6 = Overlay(ipv6, new Interval<UInt128>(rule.Start, rule.End), block.IsGloballyReachable);
        }

        return Prefixes.Of(EdgeList.Intervals<uint>(ipv4)).Concat(Prefixes.Of(EdgeList.Intervals<UInt128>(ipv6)));
    }

    private static T[] Overlay<T>(T[] edges, Interval<T> block, bool isReachable)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        var blockEdges = EdgeList.Of<Interval<T>, T>([block]);
        return isReachable ? EdgeList.Combine<T, Without>(edges, blockEdges) : EdgeList.Combine<T, Union>(edges, blockEdges);
    }
}

/// <summary>One row: a block and whether the registry says that it is globally reachable.</summary>
internal sealed record SpecialPurposeBlock(string Prefix, bool IsGloballyReachable)
{
    public IPNetwork Network { get; } = IPNetwork.Parse(Prefix);
}

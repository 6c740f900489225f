using System.Net;

namespace Net.Async;

/// <summary>Networks of one kind under one name, for <see cref="BlockList.Add(IPPreset)"/>.</summary>
/// <remarks>The tables are those of the IANA registries as of <see cref="RegistryDate"/>. IPv4-mapped IPv6 (<c>::ffff:0:0/96</c>) is in none of them: such an address is an IPv4 address.</remarks>
public sealed class IPPreset
{
    private IPPreset(int number, string name, params IEnumerable<IPNetwork> networks) => (Number, Name, Networks) = (number, name, [.. networks]);

    private IPPreset(int number, string name, params ReadOnlySpan<string> networks)
        : this(number, name, networks.ToArray().Select(static network => IPNetwork.Parse(network)))
    {
    }

    /// <summary>When IANA last changed the special-purpose registries before the tables here were taken from them.</summary>
    public static DateOnly RegistryDate => SpecialPurposeRegistry.Date;

    /// <summary>The machine itself: 127.0.0.0/8, ::1.</summary>
    public static IPPreset Loopback { get; } = new(1, nameof(Loopback), "127.0.0.0/8", "::1/128");

    /// <summary>No address yet: 0.0.0.0/8, ::. A connect to it reaches the machine itself on Linux.</summary>
    public static IPPreset Unspecified { get; } = new(2, nameof(Unspecified), "0.0.0.0/8", "::/128");

    /// <summary>Private networks (RFC 1918) and unique local addresses (RFC 4193).</summary>
    public static IPPreset Private { get; } = new(3, nameof(Private), "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7");

    /// <summary>One link only: 169.254.0.0/16 (RFC 3927), fe80::/10 (RFC 4291).</summary>
    public static IPPreset LinkLocal { get; } = new(4, nameof(LinkLocal), "169.254.0.0/16", "fe80::/10");

    /// <summary>Deprecated site-local addresses: fec0::/10 (RFC 3879).</summary>
    public static IPPreset SiteLocal { get; } = new(5, nameof(SiteLocal), "fec0::/10");

    /// <summary>Between a provider and its customers: 100.64.0.0/10 (RFC 6598).</summary>
    public static IPPreset CarrierGradeNat { get; } = new(6, nameof(CarrierGradeNat), "100.64.0.0/10");

    /// <summary>Groups: 224.0.0.0/4 (RFC 5771), ff00::/8 (RFC 4291).</summary>
    public static IPPreset Multicast { get; } = new(7, nameof(Multicast), "224.0.0.0/4", "ff00::/8");

    /// <summary>Limited broadcast: 255.255.255.255 (RFC 919).</summary>
    public static IPPreset Broadcast { get; } = new(8, nameof(Broadcast), "255.255.255.255/32");

    /// <summary>Never assigned: 240.0.0.0/4 (RFC 1112), broadcast among it.</summary>
    public static IPPreset Reserved { get; } = new(9, nameof(Reserved), "240.0.0.0/4");

    /// <summary>For examples only (RFC 5737, RFC 3849, RFC 9637).</summary>
    public static IPPreset Documentation { get; } = new(10, nameof(Documentation), "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20");

    /// <summary>Between devices under test: 198.18.0.0/15 (RFC 2544), 2001:2::/48 (RFC 5180).</summary>
    public static IPPreset Benchmarking { get; } = new(11, nameof(Benchmarking), "198.18.0.0/15", "2001:2::/48");

    /// <summary>IPv6 addresses with an IPv4 address inside, and the relays to them: 6to4, Teredo, NAT64, compatible, translated.</summary>
    public static IPPreset Transition { get; } = new(12, nameof(Transition),
        "192.88.99.0/24", "2001::/32", "2002::/16", "64:ff9b::/96", "64:ff9b:1::/48", "::/96", "::ffff:0:0:0/96");

    /// <summary>Where clouds hand credentials and configuration to their machines.</summary>
    public static IPPreset CloudMetadata { get; } = new(13, nameof(CloudMetadata),
        // AWS, Azure, Google, Oracle and others; AWS containers; Azure's platform; Alibaba; Oracle classic; Scaleway.
        "169.254.169.254/32", "169.254.170.2/32", "169.254.170.23/32", "168.63.129.16/32", "100.100.100.200/32", "192.0.0.192/32", "169.254.42.42/32",
        // AWS and its containers, Google, Scaleway, OpenStack.
        "fd00:ec2::254/128", "fd00:ec2::23/128", "fd20:ce::254/128", "fd00:42::42/128", "fe80::a9fe:a9fe/128");

    /// <summary>What Node's <c>BlockList.PRIVATE_RANGES</c> has. Neither carrier-grade NAT nor the unspecified addresses are in it.</summary>
    public static IPPreset NodePrivateRanges { get; } = new(14, nameof(NodePrivateRanges),
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "::1/128", "169.254.0.0/16", "fe80::/10", "fc00::/7");

    /// <summary>Every block of the special-purpose registries, globally reachable or not. Multicast is in another registry.</summary>
    public static IPPreset SpecialPurpose { get; } = new(15, nameof(SpecialPurpose), SpecialPurposeRegistry.All());

    /// <summary>What the special-purpose registries do not call globally reachable; the most specific block decides. Multicast is in another registry.</summary>
    public static IPPreset NotGloballyReachable { get; } = new(16, nameof(NotGloballyReachable), SpecialPurposeRegistry.NotGloballyReachable());

    /// <summary>All IPv6 outside 2000::/3 (RFC 4291, 2.4), but the mapped addresses, which are IPv4: loopback, local, multicast, and what no registry has given out.</summary>
    public static IPPreset NotGlobalUnicast { get; } = new(17, nameof(NotGlobalUnicast), Prefixes.Of<UInt128>(
    [
        new(0, AddressFolding.Mapped.Start - 1), new(AddressFolding.Mapped.End + 1, (UInt128.One << 125) - 1), new(UInt128.One << 126, UInt128.MaxValue),
    ]));

    /// <summary>Every preset.</summary>
    public static IReadOnlyList<IPPreset> All { get; } =
    [
        Loopback, Unspecified, Private, LinkLocal, SiteLocal, CarrierGradeNat, Multicast, Broadcast, Reserved, Documentation, Benchmarking, Transition, CloudMetadata,
        NodePrivateRanges, SpecialPurpose, NotGloballyReachable, NotGlobalUnicast,
    ];

    /// <summary>The name, as a decision and a log show it.</summary>
    public string Name { get; }

    /// <summary>The networks of the preset.</summary>
    public IReadOnlyList<IPNetwork> Networks { get; }

    /// <summary>The place in <see cref="All"/>, from 1 on; rules carry it in six bits.</summary>
    internal int Number { get; }

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}

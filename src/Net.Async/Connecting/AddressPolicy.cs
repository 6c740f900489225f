using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>A row of RFC 6724's default policy table (section 2.1).</summary>
internal sealed record AddressPolicy(IPNetwork Prefix, int Precedence, int Label)
{
    public const int IPv4Precedence = 35;

    private static readonly AddressPolicy s_ipv4 = new(IPNetwork.Parse("::ffff:0:0/96"), IPv4Precedence, 4);

    // Longest prefix first.
    private static readonly AddressPolicy[] s_table =
    [
        new(IPNetwork.Parse("::1/128"), 50, 0),
        new(IPNetwork.Parse("::/96"), 1, 3),
        new(IPNetwork.Parse("2001::/32"), 5, 5),
        new(IPNetwork.Parse("2002::/16"), 30, 2),
        new(IPNetwork.Parse("3ffe::/16"), 1, 12),
        new(IPNetwork.Parse("fec0::/10"), 1, 11),
        new(IPNetwork.Parse("fc00::/7"), 3, 13),
        new(IPNetwork.Parse("::/0"), 40, 1),
    ];

    public static AddressPolicy Of(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork
        ? s_ipv4
        : Array.Find(s_table, row => row.Prefix.Contains(address))!;
}

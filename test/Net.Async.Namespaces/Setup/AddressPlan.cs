namespace Net.Async.Namespaces;

/// <summary>Addresses, routes and rules, as input for <c>ip -batch</c>, <c>nft -f</c> and <c>sh</c>. Documentation prefixes only (RFC 3849, RFC 5737).</summary>
internal static class AddressPlan
{
    private const string ClientLink = "02:00:00:00:00:02", ServicesLink = "02:00:00:00:00:01";
    private const string Gateway4 = "192.0.2.1", Gateway6 = "2001:db8:0:1::1";

    // The second one of each family is for programs that ask for it; the kernel never chooses it.
    private static readonly string[] s_client4 = ["192.0.2.2", "192.0.2.3"];
    private static readonly string[] s_client6 = ["2001:db8:0:1::2", "2001:db8:0:1::3"];

    /// <summary>No duplicate detection, no router solicitations, no bound on ICMP errors, and SYNs sent again after 1, 3 and 7 s as of old.</summary>
    public const string Settings = """
        for scope in all default; do
          echo 0 > /proc/sys/net/ipv6/conf/$scope/accept_dad
          echo 0 > /proc/sys/net/ipv6/conf/$scope/accept_ra
          echo 0 > /proc/sys/net/ipv6/conf/$scope/router_solicitations
        done
        echo 0 > /proc/sys/net/ipv4/icmp_ratelimit
        echo 0 > /proc/sys/net/ipv6/icmp/ratelimit
        if [ -e /proc/sys/net/ipv4/tcp_syn_linear_timeouts ]; then echo 0 > /proc/sys/net/ipv4/tcp_syn_linear_timeouts; fi
        """;

    /// <summary>The client's link; its addresses come with the mode.</summary>
    public static string Client => $"""
        link set lo up
        link set {Tap.Name} address {ClientLink}
        link set {Tap.Name} up
        """;

    /// <summary>Every address of the services is local to them, without one being configured.</summary>
    public static string Services => $"""
        link set lo up
        link set {Tap.Name} address {ServicesLink}
        link set {Tap.Name} up
        addr add {Gateway4}/24 dev {Tap.Name}
        addr add {Gateway6}/64 dev {Tap.Name} nodad
        route add local 198.51.100.0/24 dev lo
        route add local 2001:db8:6::/64 dev lo
        route add local fd00:6::/64 dev lo
        route add local 64:ff9b::/96 dev lo
        {Neighbours([.. s_client4, .. s_client6], ClientLink)}
        """;

    /// <summary>The client's addresses and routes in a mode; those of the mode before have gone.</summary>
    public static string ClientIn(Mode mode) => $"""
        addr flush dev {Tap.Name} scope global
        {(mode == Mode.V6Only ? "" : Client4)}
        {(mode == Mode.V4Only ? "" : Client6)}
        """;

    /// <summary>What the labels from 20 to 49 and from 60 to 69 do.</summary>
    public static string Rules => $$"""
        table inet labels {
          chain input {
            type filter hook input priority 0; policy accept;
            {{Rule(20, 29, "drop", "drop")}}
            {{Rule(30, 39, "meta l4proto tcp reject with tcp reset", "meta l4proto tcp reject with tcp reset")}}
            {{Rule(40, 44, "reject with icmp type host-unreachable", "reject with icmpv6 type addr-unreachable")}}
            {{Rule(45, 49, "reject with icmp type admin-prohibited", "reject with icmpv6 type admin-prohibited")}}
            {{Rule(60, 69, "meta l4proto tcp reject with tcp reset", "meta l4proto tcp reject with tcp reset")}}
          }
        }
        """;

    private static string Client4 => $"""
        {string.Join('\n', s_client4.Select(address => $"addr add {address}/24 dev {Tap.Name}"))}
        {Neighbours([Gateway4], ServicesLink)}
        route add default via {Gateway4}
        {NoRoute(Label.V4, 32)}
        """;

    // Deprecated: bound to by those who ask, never chosen by the kernel (RFC 6724, 5, rule 3).
    private static string Client6 => $"""
        addr add {s_client6[0]}/64 dev {Tap.Name} nodad
        addr add {s_client6[1]}/64 dev {Tap.Name} nodad preferred_lft 0
        {Neighbours([Gateway6], ServicesLink)}
        route add default via {Gateway6}
        {NoRoute(Label.V6, 128)}
        """;

    private static string Neighbours(string[] addresses, string link) =>
        string.Join('\n', addresses.Select(address => $"neigh replace {address} lladdr {link} dev {Tap.Name} nud permanent"));

    // 80 to 84 unreachable, 85 to 87 prohibited, 88 and 89 a black hole: nothing leaves the client.
    private static string NoRoute(Func<int, string> address, int bits) => string.Join('\n', Enumerable.Range(80, 10)
        .Select(label => $"route add {(label < 85 ? "unreachable" : label < 88 ? "prohibit" : "blackhole")} {address(label)}/{bits}"));

    private static string Rule(int from, int to, string v4, string v6) => $$"""
        ip daddr {{Label.V4(from)}}-{{Label.V4(to)}} {{v4}}
            ip6 daddr { {{Label.V6(from)}}-{{Label.V6(to)}}, {{Label.Ula(from)}}-{{Label.Ula(to)}}, {{Label.Nat64(from)}}-{{Label.Nat64(to)}} } {{v6}}
        """;
}

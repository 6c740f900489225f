using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>The policy table of RFC 6724, 2.1: which kinds of addresses are tried before which.</summary>
public sealed class AddressPolicyTable
{
    private const int MostRows = 256;

    private static readonly IPNetwork s_ipv4 = IPNetwork.Parse("::ffff:0:0/96");

    private readonly AddressPolicy[] _rows;

    /// <summary>Makes a table.</summary>
    /// <param name="rows">The longest matching prefix counts. <c>::/0</c> and <c>::ffff:0:0/96</c> must be there; at most 256 rows.</param>
    /// <exception cref="ArgumentException">A row is missing, null or twice there, or is not IPv6.</exception>
    public AddressPolicyTable(IEnumerable<AddressPolicy> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        _rows = [.. rows.Take(MostRows + 1).Select((row, i) => row ?? throw new ArgumentException($"Row {i + 1} is null.", nameof(rows))).OrderByDescending(row => row.Prefix.PrefixLength)];
        if (_rows.Length > MostRows)
            throw new ArgumentException($"A table has at most {MostRows} rows.", nameof(rows));
        if (Array.Find(_rows, row => row.Prefix.BaseAddress.AddressFamily != AddressFamily.InterNetworkV6) is { } foreign)
            throw new ArgumentException($"{foreign.Prefix} is no IPv6 prefix; IPv4 is {s_ipv4}.", nameof(rows));
        if (_rows.GroupBy(row => row.Prefix).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ArgumentException($"{twice.Key} is there twice.", nameof(rows));
        IPv4 = Array.Find(_rows, row => row.Prefix.Equals(s_ipv4)) ?? throw new ArgumentException($"The row of IPv4, {s_ipv4}, is missing.", nameof(rows));
        if (_rows[^1].Prefix.PrefixLength != 0)
            throw new ArgumentException("The row of everything else, ::/0, is missing.", nameof(rows));
    }

    /// <summary>The default table of RFC 6724.</summary>
    public static AddressPolicyTable Default { get; } = new(
    [
        Row("::1/128", 50, 0), Row("::/0", 40, 1), Row("::ffff:0:0/96", 35, 4), Row("2002::/16", 30, 2), Row("2001::/32", 5, 5),
        Row("fc00::/7", 3, 13), Row("::/96", 1, 3), Row("fec0::/10", 1, 11), Row("3ffe::/16", 1, 12),
    ]);

    /// <summary>The table for networks with local prefixes of their own: those before everything, other unique local addresses before IPv4, and 6to4 behind it.</summary>
    /// <remarks>The rows are those that the IETF's update of RFC 6724 (draft-ietf-6man-rfc6724-update) gives.</remarks>
    /// <param name="prefixes">The unique local prefixes (RFC 4193) of this site, /48 each.</param>
    /// <exception cref="ArgumentException">A prefix is not inside fc00::/7.</exception>
    public static AddressPolicyTable ForSite(params IEnumerable<IPNetwork> prefixes)
    {
        ArgumentNullException.ThrowIfNull(prefixes);
        var local = IPNetwork.Parse("fc00::/7");
        var known = prefixes.ToList();
        foreach (var prefix in known)
        {
            if (!local.Contains(prefix.BaseAddress) || prefix.PrefixLength < local.PrefixLength)
                throw new ArgumentException($"{prefix} is no unique local prefix.", nameof(prefixes));
        }

        return new(
        [
            .. known.Select(prefix => new AddressPolicy(prefix, 45, 14)),
            Row("::1/128", 50, 0), Row("::/0", 40, 1), Row("fc00::/7", 30, 13), Row("::ffff:0:0/96", 20, 4), Row("2002::/16", 5, 2),
            Row("2001::/32", 5, 5), Row("::/96", 1, 3), Row("fec0::/10", 1, 11), Row("3ffe::/16", 1, 12),
        ]);
    }

    internal AddressPolicy IPv4 { get; }

    /// <summary>The row of everything that no other is for: native IPv6.</summary>
    internal AddressPolicy Native => _rows[^1];

    internal AddressPolicy Of(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork
        ? IPv4
        : Array.Find(_rows, row => !ReferenceEquals(row, IPv4) && row.Prefix.Contains(address))!;

    private static AddressPolicy Row(string prefix, int precedence, int label) => new(IPNetwork.Parse(prefix), precedence, label);
}

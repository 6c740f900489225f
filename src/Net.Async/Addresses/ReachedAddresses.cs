using System.Net;

namespace Net.Async;

/// <summary>The only place that decides which other addresses a connect to an address may reach: a policy that is not asked about them is got round.</summary>
/// <remarks>
/// An address may have several forms at once (ISATAP's identifier under a 6to4 prefix, one translator's prefix inside another's), and each of them counts. An IPv4 address has no other address
/// inside it but what it becomes itself, so nothing is looked at twice.
/// </remarks>
internal static class ReachedAddresses
{
    // RFC 8215: /48 in all, and a network takes a prefix of one of these lengths out of it.
    private static readonly IPNetwork s_localUse = IPNetwork.Parse("64:ff9b:1::/48");
    private static readonly Nat64Prefix[] s_localUseReadings = [.. ((int[])[48, 56, 64, 96]).Select(static length => new Nat64Prefix(new IPNetwork(IPAddress.Parse("64:ff9b:1::"), length)))];

    /// <summary>The addresses beside itself, none for most; allocates only where there is one.</summary>
    /// <param name="address">What is connected to; IPv4-mapped IPv6 has been folded.</param>
    /// <param name="translators">The prefixes of the translators that are known.</param>
    /// <param name="everyForm">False looks for what the system itself makes of the address, and for what is behind the translators.</param>
    public static IReadOnlyList<IPAddress> Of(IPAddress address, IReadOnlyList<Nat64Prefix> translators, bool everyForm)
    {
        if (address.Equals(IPAddress.Any))
            return [IPAddress.Loopback];
        if (address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork)
            return [];
        if (address.Equals(IPAddress.IPv6Any))
            return [IPAddress.IPv6Loopback];
        List<IPAddress>? found = null;
        AddTranslated(address, translators, everyForm, ref found);
        if (everyForm)
            AddEmbedded(address, ref found);
        return found ?? (IReadOnlyList<IPAddress>)[];
    }

    private static void AddTranslated(IPAddress address, IReadOnlyList<Nat64Prefix> translators, bool everyForm, ref List<IPAddress>? found)
    {
        var isLocalUse = everyForm && s_localUse.Contains(address);
        // By index: an enumerator would be an allocation for every address that is judged.
        for (var i = 0; i < translators.Count; i++)
        {
            if (translators[i].Extract(address) is not { } inner)
                continue;
            Add(inner, ref found);
            // Named more closely than the registry does, it is read as it was named.
            isLocalUse &= translators[i].Network.PrefixLength < s_localUse.PrefixLength;
        }

        if (everyForm && Nat64Prefix.WellKnown.Extract(address) is { } translated)
            Add(translated, ref found);
        if (!isLocalUse)
            return;
        foreach (var reading in s_localUseReadings)
            Add(reading.ReadUnder(address), ref found);
    }

    private static void AddEmbedded(IPAddress address, ref List<IPAddress>? found)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        // 6to4 (RFC 3056, 2).
        if (bytes is [0x20, 0x02, ..])
            Add(new IPAddress(bytes[2..6]), ref found);
        // Teredo: the server, and the client with its bits inverted (RFC 4380, 4).
        if (bytes is [0x20, 0x01, 0, 0, ..])
        {
            Add(new IPAddress(bytes[4..8]), ref found);
            Add(new IPAddress([(byte)~bytes[12], (byte)~bytes[13], (byte)~bytes[14], (byte)~bytes[15]]), ref found);
        }

        if (HasIPv4AtTheEnd(bytes))
            Add(new IPAddress(bytes[12..]), ref found);
    }

    // ::a.b.c.d but not ::1 (RFC 4291, 2.5.5.1 and 2.5.3), ::ffff:0:a.b.c.d (RFC 2765, 2.1), and ISATAP's interface identifiers (RFC 5214, 6.1).
    private static bool HasIPv4AtTheEnd(ReadOnlySpan<byte> bytes) => bytes[8..12] switch
    {
        [0, 0, 0, 0] => bytes[..8].IndexOfAnyExcept((byte)0) < 0 && bytes[12..] is not [0, 0, 0, 1],
        [0xff, 0xff, 0, 0] => bytes[..8].IndexOfAnyExcept((byte)0) < 0,
        [0 or 2, 0, 0x5e, 0xfe] => true,
        _ => false,
    };

    private static void Add(IPAddress inner, ref List<IPAddress>? found)
    {
        found ??= [];
        found.Add(inner);
        if (inner.Equals(IPAddress.Any))
            found.Add(IPAddress.Loopback);
    }
}

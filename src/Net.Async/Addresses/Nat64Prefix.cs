using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Net.Async;

/// <summary>A prefix under which a NAT64 translates to IPv4 (RFC 6052): writes an IPv4 address into it, and reads one out of it.</summary>
/// <param name="Network">IPv6, /32, /40, /48, /56, /64 or /96.</param>
internal sealed record Nat64Prefix(IPNetwork Network)
{
    private const int Length = 16, IPv4Length = 4;

    // RFC 6052, 2.2: bits 64 to 71 are zero, and the address goes round them.
    private const int Skipped = 8;

    /// <summary>RFC 6052, 2.1: for global addresses only (3.1).</summary>
    public static Nat64Prefix WellKnown { get; } = new(IPNetwork.Parse("64:ff9b::/96"));

    public static bool IsPrefix(IPNetwork network) =>
        network.BaseAddress.AddressFamily == AddressFamily.InterNetworkV6 && network.PrefixLength is 32 or 40 or 48 or 56 or 64 or 96;

    /// <summary>Copies prefixes that a user has given.</summary>
    /// <exception cref="ArgumentException">There are more than so many, or one is no prefix of a translator.</exception>
    public static IPNetwork[] Check(IReadOnlyList<IPNetwork> value, int most, [CallerMemberName] string name = "")
    {
        ArgumentNullException.ThrowIfNull(value, name);
        IPNetwork[] copy = [.. value.Take(most + 1)];
        if (copy.Length > most)
            throw new ArgumentException($"{name} has at most {most} prefixes.", name);
        foreach (var network in copy)
        {
            if (!IsPrefix(network))
                throw new ArgumentException($"{network} is no NAT64 prefix: IPv6, /32, /40, /48, /56, /64 or /96 (RFC 6052).", name);
        }

        return copy;
    }

    /// <summary>The IPv4 address behind the first of the prefixes that the address is under; null when it is under none.</summary>
    public static IPAddress? Behind(IReadOnlyList<Nat64Prefix> prefixes, IPAddress v6) => Of(prefixes, v6)?.Extract(v6);

    /// <summary>The first of the prefixes that the address is under; null when it is under none.</summary>
    public static Nat64Prefix? Of(IReadOnlyList<Nat64Prefix> prefixes, IPAddress address)
    {
        // By index: an enumerator would be an allocation for every address that is judged.
        for (var i = 0; i < prefixes.Count; i++)
        {
            if (address.AddressFamily == AddressFamily.InterNetworkV6 && prefixes[i].Network.Contains(address))
                return prefixes[i];
        }

        return null;
    }

    /// <summary>The addresses under it.</summary>
    public Interval<UInt128> Addresses { get; } = IntervalOf(Network);

    /// <summary>The IPv6 address that stands for it; null for what no translator may be asked to reach.</summary>
    public IPAddress? Synthesize(IPAddress v4)
    {
        Span<byte> four = stackalloc byte[IPv4Length];
        v4.TryWriteBytes(four, out _);
        if (IsOfThisHostOrLink(four) || (Network.Equals(WellKnown.Network) && IsPrivate(four)))
            return null;
        Span<byte> bytes = stackalloc byte[Length];
        Network.BaseAddress.TryWriteBytes(bytes, out _);
        for (int i = 0, at = Network.PrefixLength / 8; i < IPv4Length; i++, at++)
        {
            if (at == Skipped)
                at++;
            bytes[at] = four[i];
        }

        // Under a prefix of zeros it may be a mapped address, which is the IPv4 address itself.
        return new IPAddress(bytes).Fold();
    }

    /// <summary>The IPv4 address inside; null when it is not under the prefix. Neither the u-octet nor the suffix need be zero: a translator may not look at them.</summary>
    public IPAddress? Extract(IPAddress v6) => v6.AddressFamily == AddressFamily.InterNetworkV6 && Network.Contains(v6) ? ReadUnder(v6) : null;

    /// <summary>What stands where the IPv4 address of a prefix of this length does, whatever is before it.</summary>
    public IPAddress ReadUnder(IPAddress v6)
    {
        Span<byte> bytes = stackalloc byte[Length];
        v6.TryWriteBytes(bytes, out _);
        return Read(bytes, Network.PrefixLength);
    }

    /// <summary>The prefixes that an answer for <c>ipv4only.arpa</c> shows: wherever one of its two known addresses stands (RFC 7050, 3).</summary>
    public static IEnumerable<Nat64Prefix> FoundIn(IEnumerable<IPAddress> answers)
    {
        IPAddress[] known = [new([192, 0, 0, 170]), new([192, 0, 0, 171])];
        return (from answer in answers
                where answer.AddressFamily == AddressFamily.InterNetworkV6
                let bytes = answer.GetAddressBytes()
                from length in (int[])[96, 64, 56, 48, 40, 32]
                where bytes[Skipped] == 0 && known.Contains(Read(bytes, length))
                select new Nat64Prefix(new IPNetwork(Masked(bytes, length), length))).Distinct();
    }

    private static Interval<UInt128> IntervalOf(IPNetwork network)
    {
        var start = AddressBits.IPv6Of(network.BaseAddress);
        return new Interval<UInt128>(start, start | (UInt128.MaxValue >> network.PrefixLength));
    }

    private static IPAddress Masked(byte[] bytes, int length) => new([.. bytes[..(length / 8)], .. new byte[Length - (length / 8)]]);

    private static IPAddress Read(ReadOnlySpan<byte> bytes, int length)
    {
        Span<byte> four = stackalloc byte[IPv4Length];
        for (int i = 0, at = length / 8; i < IPv4Length; i++, at++)
        {
            if (at == Skipped)
                at++;
            four[i] = bytes[at];
        }

        return new IPAddress(four);
    }

    private static bool IsOfThisHostOrLink(ReadOnlySpan<byte> v4) => v4[0] is 0 or 127 || (v4[0] == 169 && v4[1] == 254) || v4.IndexOfAnyExcept((byte)255) < 0;

    private static bool IsPrivate(ReadOnlySpan<byte> v4) =>
        v4[0] == 10 || (v4[0] == 172 && (v4[1] & 0xf0) == 16) || (v4[0] == 192 && v4[1] == 168) || (v4[0] == 100 && (v4[1] & 0xc0) == 64);
}

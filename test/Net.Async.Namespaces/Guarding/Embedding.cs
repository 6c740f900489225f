using System.Net;

namespace Net.Async.Namespaces;

/// <summary>IPv4 addresses written into IPv6 ones, in every form that something translates.</summary>
public static class Embedding
{
    /// <summary>Into a translator's prefix (RFC 6052, 2.2).</summary>
    public static IPAddress Of(IPNetwork prefix, IPAddress inner)
    {
        var bytes = prefix.BaseAddress.GetAddressBytes();
        var at = prefix.PrefixLength / 8;
        foreach (var value in inner.GetAddressBytes())
        {
            // The u-octet.
            if (at == 8)
                at++;
            bytes[at++] = value;
        }

        return new IPAddress(bytes);
    }

    /// <summary>Mapped, compatible, translated, 6to4, Teredo's client and server, ISATAP, ISATAP under 6to4, NAT64 and local use at each length.</summary>
    public static IEnumerable<IPAddress> Forms(IPAddress inner)
    {
        var v4 = inner.GetAddressBytes();
        byte[] inverted = [(byte)~v4[0], (byte)~v4[1], (byte)~v4[2], (byte)~v4[3]];
        yield return inner.MapToIPv6();
        yield return new IPAddress([.. new byte[12], .. v4]);
        yield return new IPAddress([.. new byte[8], 0xff, 0xff, 0, 0, .. v4]);
        yield return new IPAddress([0x20, 0x02, .. v4, .. new byte[9], 1]);
        yield return new IPAddress([0x20, 0x01, 0, 0, 9, 9, 9, 9, 0, 0, 0, 0, .. inverted]);
        yield return new IPAddress([0x20, 0x01, 0, 0, .. v4, .. new byte[8]]);
        yield return new IPAddress([0x26, 0, .. new byte[6], 0, 0, 0x5e, 0xfe, .. v4]);
        yield return new IPAddress([0x26, 0, .. new byte[6], 2, 0, 0x5e, 0xfe, .. v4]);
        yield return new IPAddress([0x20, 0x02, 9, 9, 9, 9, 0, 0, 0, 0, 0x5e, 0xfe, .. v4]);
        yield return Of(IPNetwork.Parse("64:ff9b::/96"), inner);
        foreach (var length in (int[])[48, 56, 64, 96])
            yield return Of(new IPNetwork(IPAddress.Parse("64:ff9b:1::"), length), inner);
    }
}

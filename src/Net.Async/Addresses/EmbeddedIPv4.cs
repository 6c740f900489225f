using System.Net;

namespace Net.Async;

/// <summary>The IPv4 addresses inside an IPv6 address that lead there in the end: whoever denies the one and not the other is got round.</summary>
internal static class EmbeddedIPv4
{
    /// <summary>The addresses inside, none for most; mapped ones are folded before, and a translator's prefix is asked itself. Allocates only where there is one.</summary>
    public static ReadOnlySpan<IPAddress> In(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        switch (FormOf(bytes))
        {
            case Form.AtTheEnd:
                return new[] { new IPAddress(bytes[12..]) };
            case Form.SixToFour:
                return new[] { new IPAddress(bytes[2..6]) };
            case Form.Teredo:
                // The server, and the client with its bits inverted (RFC 4380, 4).
                return new[] { new IPAddress(bytes[4..8]), new IPAddress([(byte)~bytes[12], (byte)~bytes[13], (byte)~bytes[14], (byte)~bytes[15]]) };
            default:
                return [];
        }
    }

    private static Form FormOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes is [0x20, 0x02, ..])
            return Form.SixToFour;
        if (bytes is [0x20, 0x01, 0, 0, ..])
            return Form.Teredo;
        // ::a.b.c.d (RFC 4291, 2.5.5.1), ::ffff:0:a.b.c.d (RFC 2765, 2.1), and ISATAP's interface identifiers (RFC 5214, 6.1).
        if (bytes[..8].IndexOfAnyExcept((byte)0) < 0 && bytes[8..12] is [0, 0, 0, 0] or [0xff, 0xff, 0, 0])
            return Form.AtTheEnd;
        return bytes[8..12] is [0 or 2, 0, 0x5e, 0xfe] ? Form.AtTheEnd : Form.None;
    }

    private enum Form
    {
        None,
        AtTheEnd,
        SixToFour,
        Teredo,
    }
}

namespace Net.Async;

/// <summary>IPv6 addresses as text (RFC 4291, 2.2), without brackets and without a scope.</summary>
internal static class IPv6Text
{
    private const int Groups = 8;
    private const int GroupBits = 16;

    /// <summary>Reads an address without a scope: as a number, and without allocating.</summary>
    public static bool TryReadBits(ReadOnlySpan<char> text, out UInt128 address)
    {
        address = default;
        var gap = text.IndexOf("::", StringComparison.Ordinal);
        if (gap < 0)
            return TryReadGroups(text, out address, out var all) && all == Groups;
        if (!TryReadGroups(text[..gap], out var high, out var before, mayEndInIPv4: false) || !TryReadGroups(text[(gap + 2)..], out var low, out var after))
            return false;
        // The gap stands for one group at least.
        if (before + after >= Groups)
            return false;
        address = (high << (GroupBits * (Groups - before))) | low;
        return true;
    }

    /// <summary>Groups of one to four hexadecimal digits, the last two of eight perhaps as a dotted quad. No text is no group.</summary>
    private static bool TryReadGroups(ReadOnlySpan<char> text, out UInt128 value, out int count, bool mayEndInIPv4 = true)
    {
        var (high, low) = (0ul, 0ul);
        (value, count) = (default, 0);
        while (!text.IsEmpty)
        {
            var length = GroupAt(text, out var group);
            var bits = GroupBits;
            if (length < text.Length && text[length] == '.' && mayEndInIPv4 && IPv4Text.TryReadBits(text, out var ipv4))
                (length, group, bits) = (text.Length, ipv4, 2 * GroupBits);
            count += bits / GroupBits;
            if (length is 0 || count > Groups)
                return false;
            (high, low) = ((high << bits) | (low >> (64 - bits)), (low << bits) | group);
            if (length < text.Length && (text[length] != ':' || ++length == text.Length))
                return false;
            text = text[length..];
        }

        value = new UInt128(high, low);
        return true;
    }

    private static int GroupAt(ReadOnlySpan<char> text, out uint group)
    {
        group = 0;
        var length = 0;
        while (length < text.Length && length < 4 && char.IsAsciiHexDigit(text[length]))
            group = (group << 4) | (uint)ValueOf(text[length++]);
        return length;
    }

    // A letter's low bits are one to six.
    private static int ValueOf(char digit) => (digit & 15) + (digit > '9' ? 9 : 0);
}

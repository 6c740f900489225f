namespace Net.Async;

/// <summary>Addresses of either family as text, read strictly and without allocating; a scope is accepted and dropped.</summary>
/// <remarks>No octal, no <c>127.1</c>, no brackets, no port, no blank, nothing behind the end: what another parser would take for a second address must not pass as the first.</remarks>
internal static class AddressText
{
    private const int LongestScope = 64;

    public static bool TryRead(ReadOnlySpan<char> text, out AddressBits address)
    {
        if (IPv4Text.TryReadBits(text, out var ipv4))
        {
            address = AddressBits.Of(ipv4);
            return true;
        }

        var percent = text.IndexOf('%');
        var isRead = IPv6Text.TryReadBits(percent < 0 ? text : text[..percent], out var ipv6) && (percent < 0 || IsScope(text[(percent + 1)..]));
        address = new AddressBits(ipv6, IsIPv4: false);
        return isRead;
    }

    // The name or the number of an interface (RFC 4007, 11.2): it says where to send, never who it is.
    private static bool IsScope(ReadOnlySpan<char> scope)
    {
        if (scope.Length is 0 or > LongestScope)
            return false;
        foreach (var c in scope)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.' or ':' or '~'))
                return false;
        }

        return true;
    }
}

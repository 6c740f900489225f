using System.Globalization;
using System.Net;

namespace Net.Async;

/// <summary>The one reader of addresses as text, of either family, strict and without allocating. As a number an address has no scope.</summary>
/// <remarks>No octal, no <c>127.1</c>, no brackets, no port, no blank, nothing behind the end: what another parser would take for a second address must not pass as the first.</remarks>
internal static class AddressText
{
    private const int LongestScope = 64;

    /// <summary>Reads an address with its scope; false also where this machine has no such scope.</summary>
    public static bool TryReadScoped(ReadOnlySpan<char> text, out IPAddress address)
    {
        address = IPAddress.None;
        if (!TryRead(text, out var bits, out var scope))
            return false;
        address = bits.ToIPAddress();
        if (scope.IsEmpty)
            return true;
        var isKnown = TryFindScope(scope, out var number);
        if (isKnown)
            address = new IPAddress(address.GetAddressBytes(), number);
        return isKnown;
    }

    public static bool TryRead(ReadOnlySpan<char> text, out AddressBits address) => TryRead(text, out address, out _);

    private static bool TryRead(ReadOnlySpan<char> text, out AddressBits address, out ReadOnlySpan<char> scope)
    {
        scope = default;
        if (IPv4Text.TryReadBits(text, out var ipv4))
        {
            address = AddressBits.Of(ipv4);
            return true;
        }

        var percent = text.IndexOf('%');
        var isRead = IPv6Text.TryReadBits(percent < 0 ? text : text[..percent], out var ipv6) && (percent < 0 || IsScope(text[(percent + 1)..]));
        address = new AddressBits(ipv6, IsIPv4: false);
        if (isRead && percent >= 0)
            scope = text[(percent + 1)..];
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

    // A number is one (RFC 4007, 11.2), and need not be an interface's; a name is looked up.
    private static bool TryFindScope(ReadOnlySpan<char> scope, out uint number)
    {
        if (!scope.ContainsAnyExceptInRange('0', '9'))
            return uint.TryParse(scope, NumberStyles.None, CultureInfo.InvariantCulture, out number);
        // The base class library has no other way to an interface's number, and leaves out a scope that it does not know.
        number = IPAddress.TryParse($"fe80::%{scope}", out var known) ? (uint)known.ScopeId : 0;
        return number != 0;
    }
}

using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Net.Async;

/// <summary>IP addresses as text, read strictly: what checks an address and what uses it must read the same one.</summary>
/// <remarks>
/// IPv4 is four decimal parts without leading zeros: no octal, no hex, no <c>127.1</c>. IPv6 is RFC 4291's text, with or without a scope
/// (<c>fe80::1%eth0</c>, RFC 4007; 1 to 64 ASCII letters, digits and <c>-_.:~</c>), without brackets. No blanks, no port, no prefix, nothing behind the end. <see cref="IPAddress.Parse(string)"/> takes more.
/// </remarks>
public static class NetAddress
{
    /// <summary>Whether it is an address of either family.</summary>
    /// <param name="text">The text; null is none.</param>
    public static bool IsIP([NotNullWhen(true)] string? text) => text is not null && AddressText.TryRead(text, out _);

    /// <summary>Whether it is an IPv4 address.</summary>
    /// <param name="text">The text; null is none.</param>
    public static bool IsIPv4([NotNullWhen(true)] string? text) => text is not null && IPv4Text.TryReadBits(text, out _);

    /// <summary>Whether it is an IPv6 address. A scope need not exist on this machine.</summary>
    /// <param name="text">The text; null is none.</param>
    public static bool IsIPv6([NotNullWhen(true)] string? text) => text is not null && AddressText.TryRead(text, out var address) && !address.IsIPv4;

    /// <summary>An IPv4-mapped IPv6 address (<c>::ffff:192.0.2.1</c>) as IPv4, which is how policies judge it; any other address as it is.</summary>
    /// <param name="address">The address.</param>
    /// <exception cref="ArgumentNullException">The address is null.</exception>
    public static IPAddress Unmap(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return address.Fold();
    }

    /// <summary>Reads an address.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="ArgumentNullException">The text is null.</exception>
    /// <exception cref="FormatException">It is no address, or names a scope that this machine does not have.</exception>
    public static IPAddress Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out var address) ? address
            : throw new FormatException($"{ShownText.Quote(text)} is not an IP address: four decimal parts without leading zeros, or IPv6 without brackets, expected.");
    }

    /// <summary>Reads an address; false when it is none, or names a scope that this machine does not have.</summary>
    /// <param name="text">The text.</param>
    /// <param name="address">What was read.</param>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out IPAddress? address)
    {
        address = null;
        return text is not null && TryParse(text.AsSpan(), out address);
    }

    /// <summary>Reads an address; false when it is none, or names a scope that this machine does not have.</summary>
    /// <param name="text">The text.</param>
    /// <param name="address">What was read.</param>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out IPAddress? address)
    {
        address = AddressText.TryReadScoped(text, out var read) ? read : null;
        return address is not null;
    }
}

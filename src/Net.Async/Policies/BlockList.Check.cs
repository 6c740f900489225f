using System.Net;
using System.Net.Sockets;

namespace Net.Async;

public sealed partial class BlockList
{
    /// <summary>Whether the list holds an address.</summary>
    /// <param name="address">IPv4 or IPv6; its scope is ignored.</param>
    public bool Contains(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return address.AddressFamily == AddressFamily.InterNetwork ? _snapshot.Contains(AddressBits.IPv4Of(address)) : _snapshot.Contains(AddressBits.IPv6Of(address));
    }

    /// <summary>Whether the list holds the address of an end point.</summary>
    /// <param name="endPoint">Its port is ignored.</param>
    public bool Contains(IPEndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        return Contains(endPoint.Address);
    }

    /// <summary>Whether the list holds an address.</summary>
    /// <param name="address">4 or 16 bytes in network order.</param>
    /// <exception cref="ArgumentException">There are neither 4 nor 16 bytes.</exception>
    public bool Contains(ReadOnlySpan<byte> address) =>
        _snapshot.Contains(AddressBits.Of(address) ?? throw new ArgumentException($"An IP address has 4 or 16 bytes, not {address.Length}.", nameof(address)));

    /// <summary>Whether the list holds an IPv4 address.</summary>
    /// <param name="address">The address as a number: 192.0.2.1 is 0xC0000201.</param>
    public bool Contains(uint address) => _snapshot.Contains(address);

    /// <summary>Whether the list holds an IPv6 address.</summary>
    /// <param name="address">The address as a number; <c>::ffff:a.b.c.d</c> is the IPv4 address.</param>
    public bool Contains(UInt128 address) => _snapshot.Contains(address);

    /// <summary>Whether the list holds the address in a socket's own form.</summary>
    /// <param name="address">An IPv4 or IPv6 end point, serialized. Of another family, like a Unix socket's path, it is never held.</param>
    /// <exception cref="ArgumentException">It is cut off.</exception>
    public bool Contains(SocketAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (AddressBits.Of(address) is { } bits)
            return _snapshot.Contains(bits);
        return address.Family is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6
            ? throw new ArgumentException($"{address.Size} bytes are no {address.Family} end point.", nameof(address))
            : false;
    }

    /// <summary>Whether the list holds an address.</summary>
    /// <param name="address">Four decimal numbers, or RFC 4291, with or without a scope.</param>
    /// <exception cref="FormatException">The text is not an address. It is never called free: another parser might read it.</exception>
    public bool Contains(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return Contains(address.AsSpan());
    }

    /// <inheritdoc cref="Contains(string)"/>
    public bool Contains(ReadOnlySpan<char> address) => TryContains(address, out var isBlocked) ? isBlocked : throw NoAddress(address);

    /// <summary>Whether the list holds an address; false when the text is not one.</summary>
    /// <param name="address">Four decimal numbers, or RFC 4291, with or without a scope.</param>
    /// <param name="isBlocked">Whether the list holds it. True when the text is not an address, so that a caller who ignores the result denies it.</param>
    public bool TryContains(ReadOnlySpan<char> address, out bool isBlocked)
    {
        var isAddress = AddressText.TryRead(address, out var bits);
        isBlocked = !isAddress || _snapshot.Contains(bits);
        return isAddress;
    }

    /// <summary>Whether the list holds each of many IPv4 addresses, all at one moment.</summary>
    /// <param name="addresses">Each as a number: 192.0.2.1 is 0xC0000201.</param>
    /// <param name="isBlocked">The answers, in the same order; may be longer.</param>
    /// <exception cref="ArgumentException">There is not room for every answer.</exception>
    public void ContainsMany(ReadOnlySpan<uint> addresses, Span<bool> isBlocked)
    {
        CheckRoom(addresses.Length, isBlocked);
        var snapshot = _snapshot;
        for (var i = 0; i < addresses.Length; i++)
            isBlocked[i] = snapshot.Contains(addresses[i]);
    }

    /// <summary>Whether the list holds each of many addresses, all at one moment.</summary>
    /// <param name="addresses">IPv4 or IPv6.</param>
    /// <param name="isBlocked">The answers, in the same order; may be longer.</param>
    /// <exception cref="ArgumentException">There is not room for every answer, or an address is null.</exception>
    public void ContainsMany(ReadOnlySpan<IPAddress> addresses, Span<bool> isBlocked)
    {
        CheckRoom(addresses.Length, isBlocked);
        var snapshot = _snapshot;
        for (var i = 0; i < addresses.Length; i++)
            isBlocked[i] = snapshot.Contains(AddressBits.Of(addresses[i] ?? throw new ArgumentException($"Address {i + 1} is null.", nameof(addresses))));
    }

    private static void CheckRoom(int count, Span<bool> isBlocked)
    {
        if (isBlocked.Length < count)
            throw new ArgumentException($"{count} addresses need as many answers, not {isBlocked.Length}.", nameof(isBlocked));
    }
}

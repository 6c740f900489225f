using System.Net;
using System.Net.Sockets;

namespace Net.Async;

public sealed partial class BlockList
{
    /// <summary>Whether the list holds an address.</summary>
    /// <param name="address">IPv4 or IPv6; its scope is ignored.</param>
    public bool Check(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return address.AddressFamily == AddressFamily.InterNetwork ? _snapshot.Contains(AddressBits.IPv4Of(address)) : _snapshot.Contains(AddressBits.IPv6Of(address));
    }

    /// <summary>Whether the list holds the address of an end point.</summary>
    /// <param name="endPoint">Its port is ignored.</param>
    public bool Check(IPEndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        return Check(endPoint.Address);
    }

    /// <summary>Whether the list holds an address.</summary>
    /// <param name="address">4 or 16 bytes in network order.</param>
    /// <exception cref="ArgumentException">There are neither 4 nor 16 bytes.</exception>
    public bool Check(ReadOnlySpan<byte> address) =>
        _snapshot.Contains(AddressBits.Of(address) ?? throw new ArgumentException($"An IP address has 4 or 16 bytes, not {address.Length}.", nameof(address)));

    /// <summary>Whether the list holds an IPv4 address.</summary>
    /// <param name="address">The address as a number: 192.0.2.1 is 0xC0000201.</param>
    public bool Check(uint address) => _snapshot.Contains(address);

    /// <summary>Whether the list holds an IPv6 address.</summary>
    /// <param name="address">The address as a number; <c>::ffff:a.b.c.d</c> is the IPv4 address.</param>
    public bool Check(UInt128 address) => _snapshot.Contains(address);

    /// <summary>Whether the list holds the address in a socket's own form.</summary>
    /// <param name="address">An IPv4 or IPv6 end point, serialized. Of another family, like a Unix socket's path, it is never held.</param>
    /// <exception cref="ArgumentException">It is cut off.</exception>
    public bool Check(SocketAddress address)
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
    public bool Check(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return Check(address.AsSpan());
    }

    /// <inheritdoc cref="Check(string)"/>
    public bool Check(ReadOnlySpan<char> address) => TryCheck(address, out var isHeld) ? isHeld : throw NoAddress(address);

    /// <summary>Whether the list holds an address; false when the text is not one.</summary>
    /// <param name="address">Four decimal numbers, or RFC 4291, with or without a scope.</param>
    /// <param name="isHeld">Whether the list holds it. True when the text is not an address: whoever ignores the result must not let it pass.</param>
    public bool TryCheck(ReadOnlySpan<char> address, out bool isHeld)
    {
        var isAddress = AddressText.TryRead(address, out var bits);
        isHeld = !isAddress || _snapshot.Contains(bits);
        return isAddress;
    }

    /// <summary>Whether the list holds each of many IPv4 addresses, all at one moment.</summary>
    /// <param name="addresses">Each as a number: 192.0.2.1 is 0xC0000201.</param>
    /// <param name="isHeld">The answers, in the same order; may be longer.</param>
    /// <exception cref="ArgumentException">There is not room for every answer.</exception>
    public void CheckMany(ReadOnlySpan<uint> addresses, Span<bool> isHeld)
    {
        CheckRoom(addresses.Length, isHeld);
        var snapshot = _snapshot;
        for (var i = 0; i < addresses.Length; i++)
            isHeld[i] = snapshot.Contains(addresses[i]);
    }

    /// <summary>Whether the list holds each of many addresses, all at one moment.</summary>
    /// <param name="addresses">IPv4 or IPv6.</param>
    /// <param name="isHeld">The answers, in the same order; may be longer.</param>
    /// <exception cref="ArgumentException">There is not room for every answer, or an address is null.</exception>
    public void CheckMany(ReadOnlySpan<IPAddress> addresses, Span<bool> isHeld)
    {
        CheckRoom(addresses.Length, isHeld);
        var snapshot = _snapshot;
        for (var i = 0; i < addresses.Length; i++)
            isHeld[i] = snapshot.Contains(AddressBits.Of(addresses[i] ?? throw new ArgumentException($"Address {i + 1} is null.", nameof(addresses))));
    }

    private static void CheckRoom(int count, Span<bool> isHeld)
    {
        if (isHeld.Length < count)
            throw new ArgumentException($"{count} addresses need as many answers, not {isHeld.Length}.", nameof(isHeld));
    }
}

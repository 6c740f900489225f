using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>An IP address as a number, without a scope: IPv4 in the low 32 bits.</summary>
internal readonly record struct AddressBits(UInt128 Value, bool IsIPv4)
{
    public static AddressBits Of(uint address) => new(address, IsIPv4: true);

    public static AddressBits Of(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork
        ? Of(IPv4Of(address))
        : new AddressBits(IPv6Of(address), IsIPv4: false);

    /// <summary>The address in network order: 4 or 16 bytes; null for any other number of them.</summary>
    public static AddressBits? Of(ReadOnlySpan<byte> bytes) => bytes.Length switch
    {
        4 => Of(BinaryPrimitives.ReadUInt32BigEndian(bytes)),
        16 => new AddressBits(BinaryPrimitives.ReadUInt128BigEndian(bytes), IsIPv4: false),
        _ => null,
    };

    /// <summary>The address in a <c>sockaddr_in</c> or <c>sockaddr_in6</c>; null for another family or one that is cut off.</summary>
    public static AddressBits? Of(SocketAddress address)
    {
        var bytes = address.Buffer.Span[..address.Size];
        return address.Family switch
        {
            AddressFamily.InterNetwork when bytes.Length >= 8 => Of(bytes[4..8]),
            AddressFamily.InterNetworkV6 when bytes.Length >= 24 => Of(bytes[8..24]),
            _ => null,
        };
    }

    public static uint IPv4Of(IPAddress address)
    {
#pragma warning disable CS0618 // The property is obsolete since it fails for IPv6. It is a field read; writing the bytes takes six times as long.
        return BinaryPrimitives.ReverseEndianness((uint)address.Address);
#pragma warning restore CS0618
    }

    public static UInt128 IPv6Of(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    public IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Value);
        return new IPAddress(IsIPv4 ? bytes[12..] : bytes);
    }

    public override string ToString() => ToIPAddress().ToString();
}

using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>The addresses of a header of version 2: two of them, then two ports; or two paths of 108 bytes (PROXY protocol, 2.2).</summary>
internal static class ProxyAddresses
{
    // The high four bits are the family, the low ones the transport: a stream.
    public const byte Unspecified = 0x00, IPv4 = 0x11, IPv6 = 0x21, Unix = 0x31;

    private const int PathLength = 108, PortLength = 2, FamilyLength = 2;

    private static readonly UnixDomainSocketEndPoint s_unix = new("/");

    /// <summary>How many bytes the addresses of a family have; null for a family that there is not.</summary>
    public static int? LengthOf(byte family) => family switch
    {
        Unspecified => 0,
        IPv4 => 2 * (4 + PortLength),
        IPv6 => 2 * (16 + PortLength),
        Unix => 2 * PathLength,
        _ => null,
    };

    /// <summary>Reads them; null where a path is longer than this system's are.</summary>
    public static ProxyHeader? Read(byte family, ReadOnlySpan<byte> bytes) => family switch
    {
        Unspecified => ProxyHeader.Unknown,
        Unix => PathAt(bytes[..PathLength]) is { } source && PathAt(bytes[PathLength..]) is { } destination ? new ProxyHeader(source, destination) : null,
        IPv4 => Read(bytes, 4),
        _ => Read(bytes, 16),
    };

    public static byte FamilyOf(ProxyHeader header) => header switch
    {
        { Source: IPEndPoint source, Destination: IPEndPoint destination } => SameFamily(source, destination).Source.AddressFamily == AddressFamily.InterNetwork ? IPv4 : IPv6,
        { Source: UnixDomainSocketEndPoint } => Unix,
        _ => Unspecified,
    };

    /// <summary>Writes them into bytes that are zero.</summary>
    public static void Write(ProxyHeader header, Span<byte> bytes)
    {
        if (header is { Source: UnixDomainSocketEndPoint path, Destination: UnixDomainSocketEndPoint other })
        {
            PathOf(path).CopyTo(bytes);
            PathOf(other).CopyTo(bytes[PathLength..]);
        }
        else if (header is { Source: IPEndPoint from, Destination: IPEndPoint to })
        {
            var (source, destination) = SameFamily(from, to);
            source.Address.TryWriteBytes(bytes, out var length);
            destination.Address.TryWriteBytes(bytes[length..], out _);
            BinaryPrimitives.WriteUInt16BigEndian(bytes[(2 * length)..], (ushort)source.Port);
            BinaryPrimitives.WriteUInt16BigEndian(bytes[((2 * length) + PortLength)..], (ushort)destination.Port);
        }
    }

    /// <summary>Both as IPv4 where they are, else both as IPv6, without scopes.</summary>
    public static (IPEndPoint Source, IPEndPoint Destination) SameFamily(IPEndPoint source, IPEndPoint destination)
    {
        var (from, to) = (AddressBits.Of(source.Address).Fold(), AddressBits.Of(destination.Address).Fold());
        if (from.IsIPv4 != to.IsIPv4)
            (from, to) = (Mapped(from), Mapped(to));
        return (new IPEndPoint(from.ToIPAddress(), source.Port), new IPEndPoint(to.ToIPAddress(), destination.Port));
    }

    private static AddressBits Mapped(AddressBits address) => address.IsIPv4 ? new AddressBits(AddressFolding.Map((uint)address.Value), IsIPv4: false) : address;

    private static ProxyHeader Read(ReadOnlySpan<byte> bytes, int length) => new(
        new IPEndPoint(new IPAddress(bytes[..length]), BinaryPrimitives.ReadUInt16BigEndian(bytes[(2 * length)..])),
        new IPEndPoint(new IPAddress(bytes[length..(2 * length)]), BinaryPrimitives.ReadUInt16BigEndian(bytes[((2 * length) + PortLength)..])));

    // A name that begins with NUL is abstract; its length is not told, so that NULs at its end are none of it. A path ends at its first NUL. Nothing at all is a socket without a name.
    private static UnixDomainSocketEndPoint? PathAt(ReadOnlySpan<byte> bytes)
    {
        var path = bytes[0] == 0 ? bytes.TrimEnd((byte)0) : bytes.IndexOf((byte)0) is >= 0 and var end ? bytes[..end] : bytes;
        if (path.Length > UnixPaths.MaxBytes + 1)
            return null;
        var address = new SocketAddress(AddressFamily.Unix, FamilyLength + path.Length);
        path.CopyTo(address.Buffer.Span[FamilyLength..]);
        return (UnixDomainSocketEndPoint)s_unix.Create(address);
    }

    private static ReadOnlySpan<byte> PathOf(UnixDomainSocketEndPoint endPoint)
    {
        var address = endPoint.Serialize();
        return address.Buffer.Span[FamilyLength..Math.Min(address.Size, FamilyLength + PathLength)];
    }
}

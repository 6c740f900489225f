using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>A peer's address and port as the kernel wrote them (ip(7), ipv6(7)): no object before one is asked for.</summary>
internal readonly struct IpName
{
    private const int InetLength = 8, Inet6Length = 28;

    private readonly ulong _high;
    private readonly ulong _low;
    private readonly uint _scope;
    private readonly ushort _port;
    private readonly ushort _family;

    /// <summary>Reads a struct sockaddr_in or sockaddr_in6; any other leaves it empty.</summary>
    public IpName(ReadOnlySpan<byte> name)
    {
        var family = name.Length < sizeof(ushort) ? (ushort)0 : BitConverter.ToUInt16(name);
        switch (family)
        {
            case LibC.InetFamily when name.Length >= InetLength:
                _low = BinaryPrimitives.ReadUInt32BigEndian(name[4..]);
                break;
            case LibC.Inet6Family when name.Length >= Inet6Length:
                (_high, _low) = (BinaryPrimitives.ReadUInt64BigEndian(name[8..]), BinaryPrimitives.ReadUInt64BigEndian(name[16..]));
                _scope = BitConverter.ToUInt32(name[24..]);
                break;
            default:
                return;
        }

        _family = family;
        _port = BinaryPrimitives.ReadUInt16BigEndian(name[2..]);
    }

    public bool IsEmpty => _family == 0;

    /// <summary>The end point, an IPv4 one also where the kernel mapped it into IPv6; null when there is none.</summary>
    public EndPoint? ToEndPoint()
    {
        if (IsEmpty)
            return null;
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, _high);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], _low);
        var address = _family == LibC.InetFamily ? new IPAddress(bytes[12..]) : new IPAddress(bytes, _scope);
        return new IPEndPoint(address, _port).Fold();
    }
}

using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>The kernel's socket addresses and the base class library's end points: the same bytes.</summary>
internal static unsafe class SocketName
{
    /// <summary>struct sockaddr_storage: no address is longer.</summary>
    public const int Longest = 128;

    private static readonly UnixDomainSocketEndPoint s_unix = new("/");

    public static EndPoint? Local(int descriptor)
    {
        var address = stackalloc byte[Longest];
        var length = Longest;
        return LibC.LocalName(descriptor, address, &length) == 0 ? Read(new(address, length)) : null;
    }

    public static EndPoint? Remote(int descriptor)
    {
        var address = stackalloc byte[Longest];
        var length = Longest;
        return LibC.RemoteName(descriptor, address, &length) == 0 ? Read(new(address, length)) : null;
    }

    /// <summary>The end point; null for a family that is none of ours.</summary>
    public static EndPoint? Read(ReadOnlySpan<byte> address)
    {
        if (new IpName(address).ToEndPoint() is { } ip)
            return ip;
        if (address.Length < sizeof(ushort) || BitConverter.ToUInt16(address) != LibC.UnixFamily)
            return null;
        var bytes = new SocketAddress(AddressFamily.Unix, address.Length);
        address.CopyTo(bytes.Buffer.Span);
        return s_unix.Create(bytes);
    }
}

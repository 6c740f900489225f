using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>The kernel's socket addresses and the base class library's end points: the same bytes.</summary>
internal static unsafe class KernelAddress
{
    /// <summary>struct sockaddr_storage: no address is longer.</summary>
    public const int Longest = 128;

    private static readonly IPEndPoint s_ip = new(IPAddress.Any, 0);
    private static readonly IPEndPoint s_ipv6 = new(IPAddress.IPv6Any, 0);
    private static readonly UnixDomainSocketEndPoint s_unix = new("/");

    public static EndPoint? Local(int descriptor)
    {
        var address = stackalloc byte[Longest];
        var length = Longest;
        return Libc.LocalName(descriptor, address, &length) == 0 ? Read(new(address, length)) : null;
    }

    public static EndPoint? Remote(int descriptor)
    {
        var address = stackalloc byte[Longest];
        var length = Longest;
        return Libc.RemoteName(descriptor, address, &length) == 0 ? Read(new(address, length)) : null;
    }

    /// <summary>The end point; null for a family that is none of ours.</summary>
    public static EndPoint? Read(ReadOnlySpan<byte> address)
    {
        EndPoint? kind = address.Length < 2 ? null : BitConverter.ToUInt16(address) switch
        {
            2 => s_ip,
            10 => s_ipv6,
            1 => s_unix,
            _ => null,
        };
        if (kind is null)
            return null;
        var bytes = new SocketAddress(kind.AddressFamily, address.Length);
        address.CopyTo(bytes.Buffer.Span);
        return kind.Create(bytes);
    }
}

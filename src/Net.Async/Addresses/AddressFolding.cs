using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>The only place where IPv4-mapped IPv6 (RFC 4291, 2.5.5.2) becomes IPv4.</summary>
/// <remarks>A dual-stack listener sees every IPv4 peer as <c>::ffff:a.b.c.d</c>; what is not folded here slips past block lists and logs.</remarks>
internal static class AddressFolding
{
#pragma warning disable RS0030 // This is the one place.
    public static IPAddress Fold(this IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
#pragma warning restore RS0030

    public static EndPoint Fold(this EndPoint endPoint) =>
        endPoint is IPEndPoint { AddressFamily: AddressFamily.InterNetworkV6, Address.IsIPv4MappedToIPv6: true } ip
            ? new IPEndPoint(ip.Address.Fold(), ip.Port)
            : endPoint;
}

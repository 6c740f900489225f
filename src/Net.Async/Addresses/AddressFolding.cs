using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>The only place where IPv4-mapped IPv6 (RFC 4291, 2.5.5.2) becomes IPv4.</summary>
/// <remarks>A dual-stack listener sees every IPv4 peer as <c>::ffff:a.b.c.d</c>; what is not folded here slips past block lists and logs.</remarks>
internal static class AddressFolding
{
    /// <summary><c>::ffff:0:0/96</c>.</summary>
    public static Interval<UInt128> Mapped { get; } = new(new UInt128(0, 0xffff_0000_0000), new UInt128(0, 0xffff_ffff_ffff));

#pragma warning disable RS0030 // This is the one place.
    public static IPAddress Fold(this IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
#pragma warning restore RS0030

    /// <summary>The IPv4 address that a mapped IPv6 address is.</summary>
    public static bool TryFold(UInt128 address, out uint ipv4)
    {
        ipv4 = (uint)address;
        return address >> 32 == 0xffff;
    }

    public static AddressBits Fold(this AddressBits address) => !address.IsIPv4 && TryFold(address.Value, out var ipv4) ? AddressBits.Of(ipv4) : address;

    /// <summary>The part of an IPv6 interval that is IPv4 in truth; null when it has none.</summary>
    public static Interval<uint>? Fold(this Interval<UInt128> interval)
    {
        if (!interval.Overlaps(Mapped))
            return null;
        return new Interval<uint>(interval.Start < Mapped.Start ? 0 : (uint)interval.Start, interval.End > Mapped.End ? uint.MaxValue : (uint)interval.End);
    }

    /// <summary>The mapped form of an IPv4 address.</summary>
    public static UInt128 Map(uint address) => Mapped.Start | address;

    /// <summary>The address without a scope that means nothing: only link-local and multicast addresses have one (RFC 4007, 6), and the kernel looks at no other. Equals would tell ::1%1 from ::1.</summary>
    public static IPAddress Unscoped(this IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 && address is { ScopeId: not 0, IsIPv6LinkLocal: false, IsIPv6Multicast: false } ? new IPAddress(address.GetAddressBytes()) : address;

    public static EndPoint Fold(this EndPoint endPoint) =>
        endPoint is IPEndPoint { AddressFamily: AddressFamily.InterNetworkV6, Address.IsIPv4MappedToIPv6: true } ip
            ? new IPEndPoint(ip.Address.Fold(), ip.Port)
            : endPoint;
}

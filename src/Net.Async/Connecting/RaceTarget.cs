using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>A name that is raced to.</summary>
/// <param name="Name">The host and the port.</param>
internal sealed record RaceTarget(DnsEndPoint Name)
{
    public IPEndPoint At(IPAddress address) => new(address, Name.Port);

    /// <summary>The families to look up: at once, and only when those have no address that answers. None at all when no local address fits.</summary>
    public (AddressFamily[] AtOnce, AddressFamily[] Reserve) Families(HappyEyeballsOptions options, AddressFamily preferred, Func<AddressFamily, bool> isReachable)
    {
        var only = Name.AddressFamily != AddressFamily.Unspecified ? Name.AddressFamily : options.Addresses.Family;
        AddressFamily[] wanted = only != AddressFamily.Unspecified ? [only] : [preferred, FamilyHealth.Other(preferred)];
        if (options.Addresses.LocalAddresses.Count > 0)
            wanted = [.. wanted.Where(family => options.Addresses.LocalAddressOf(family) is not null)];
        if (wanted.Length < 2 || !options.Resolver.SkipsUnroutableFamilies || LocalNames.AddressesOf(Name.Host, wanted[0]) is not null)
            return (wanted, []);
        AddressFamily[] reachable = [.. wanted.Where(isReachable)];
        // With no way anywhere there may still be names of this machine.
        return reachable.Length == 0 ? (wanted, []) : (reachable, [.. wanted.Except(reachable)]);
    }
}

using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>What is raced to: a name, or a literal that is reached only through a translator.</summary>
/// <param name="Name">The host and the port.</param>
/// <param name="Literal">The address, where the host is one.</param>
internal sealed record RaceTarget(DnsEndPoint Name, IPAddress? Literal = null)
{
    /// <summary>The end point that was asked for.</summary>
    public EndPoint EndPoint => Literal is null ? Name : At(Literal);

    public IPEndPoint At(IPAddress address) => new(address, Name.Port);

    /// <summary>The families to look up: at once, and only when those have no address that answers. None at all when no local address fits.</summary>
    public (AddressFamily[] AtOnce, AddressFamily[] Reserve) Families(HappyEyeballsOptions options, AddressFamily preferred, Func<AddressFamily, bool> isReachable)
    {
        var only = Literal?.AddressFamily ?? (Name.AddressFamily != AddressFamily.Unspecified ? Name.AddressFamily : options.Family);
        AddressFamily[] wanted = only != AddressFamily.Unspecified ? [only] : [preferred, FamilyHealth.Other(preferred)];
        // A literal's translator is of the other family.
        if (options.LocalAddresses.Count > 0 && Literal is null)
            wanted = [.. wanted.Where(family => options.LocalAddressOf(family) is not null)];
        if (wanted.Length < 2 || !options.Resolver.FollowsConnectivity || LocalNames.AddressesOf(Name.Host, wanted[0]) is not null)
            return (wanted, []);
        AddressFamily[] reachable = [.. wanted.Where(isReachable)];
        // With no way anywhere there may still be names of this machine.
        return reachable.Length == 0 ? (wanted, []) : (reachable, [.. wanted.Except(reachable)]);
    }
}

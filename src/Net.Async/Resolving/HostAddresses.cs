using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>The addresses of a host that may be a name or a literal.</summary>
internal static class HostAddresses
{
    /// <summary>At least one address, in the order to try them.</summary>
    public static async ValueTask<IReadOnlyList<IPAddress>> FindAsync(Resolver resolver, DnsEndPoint name, CancellationToken cancellationToken)
    {
        if (Literal(name.Host) is { } literal)
            return [literal];
        var addresses = await resolver.ResolveAsync(name.Host, name.AddressFamily, cancellationToken).ConfigureAwait(false);
        return addresses.Count > 0 ? addresses
            : throw SocketErrors.Failure("resolve", name, new SocketException((int)SocketError.HostNotFound));
    }

    /// <summary>The address that the text is, in brackets or not; null when it is a name.</summary>
    public static IPAddress? Literal(string host)
    {
        if (AddressText.TryReadScoped(host, out var address))
            return address;
        return host is ['[', .., ']'] && AddressText.TryReadScoped(host.AsSpan(1, host.Length - 2), out address) && address.AddressFamily == AddressFamily.InterNetworkV6 ? address : null;
    }
}

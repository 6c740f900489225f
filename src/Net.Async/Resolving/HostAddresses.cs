using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>The addresses of a host that may be a name or a literal.</summary>
internal static class HostAddresses
{
    /// <summary>At least one address, in the order to try them.</summary>
    /// <exception cref="ArgumentException">The host is none.</exception>
    public static async ValueTask<IReadOnlyList<IPAddress>> FindAsync(Resolver resolver, DnsEndPoint endPoint, CancellationToken cancellationToken)
    {
        if (Literal(endPoint.Host) is { } literal)
            return [literal];
        var host = HostNames.ToAscii(endPoint.Host, out var problem) ?? throw new ArgumentException($"'{endPoint.Host}' is not a host: {problem}.", nameof(endPoint));
        var addresses = await resolver.ResolveAsync(host, endPoint.AddressFamily, cancellationToken).ConfigureAwait(false);
        return addresses.Count > 0 ? addresses
            : throw SocketErrors.Failure("resolve", endPoint, new SocketException((int)SocketError.HostNotFound));
    }

    /// <summary>The address that the text is, in brackets or not; null when it is a name.</summary>
    public static IPAddress? Literal(string host)
    {
        if (AddressText.TryReadScoped(host, out var address))
            return address;
        return host is ['[', .., ']'] && AddressText.TryReadScoped(host.AsSpan(1, host.Length - 2), out address) && address.AddressFamily == AddressFamily.InterNetworkV6 ? address : null;
    }
}

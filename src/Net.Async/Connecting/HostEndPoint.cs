using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>Where to connect to, checked before any I/O: an address, a path, a pipe, or a name in the form that name servers know.</summary>
internal static class HostEndPoint
{
    /// <summary>A host and a port: an address literal becomes itself, anything else a name to look up.</summary>
    /// <param name="host">A name or a literal.</param>
    /// <param name="port">1 to 65535.</param>
    /// <param name="legacyIPv4">Reads <c>127.1</c> and similar texts as inet_aton(3) does, instead of refusing them.</param>
    public static EndPoint Create(string host, int port, bool legacyIPv4 = false)
    {
        ArgumentNullException.ThrowIfNull(host);
        CheckPort(port, nameof(port));
        return Read(host, port, AddressFamily.Unspecified, legacyIPv4, nameof(host));
    }

    /// <summary>An end point that can be connected to: a literal host becomes its address.</summary>
    public static EndPoint Check(EndPoint endPoint, bool legacyIPv4 = false)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        if (endPoint is DnsEndPoint name)
        {
            CheckPort(name.Port, nameof(endPoint));
            return Read(name.Host, name.Port, name.AddressFamily, legacyIPv4, nameof(endPoint));
        }

        endPoint = TransportEndPoint.Check(endPoint);
        if (endPoint is DescriptorEndPoint)
            throw new ArgumentException($"'{NetEndPoint.Format(endPoint)}' is a descriptor: it is listened on, or adopted as a connection, and not connected to.", nameof(endPoint));
        return endPoint is IPEndPoint ip ? Literal(ip.Address, CheckPort(ip.Port, nameof(endPoint)), nameof(endPoint)) : endPoint;
    }

    private static EndPoint Read(string host, int port, AddressFamily family, bool legacyIPv4, string parameter)
    {
        if ((HostAddresses.Literal(host) ?? (legacyIPv4 ? HostNames.LegacyIPv4(host) : null)) is { } address)
        {
            return family == AddressFamily.Unspecified || address.Fold().AddressFamily == family ? Literal(address, port, parameter)
                : throw new ArgumentException($"'{host}' is no {family} address, which the end point asks for.", parameter);
        }

        return HostNames.ToAscii(host, out var problem) is { } ascii
            ? new DnsEndPoint(ascii, port, family)
            : throw new ArgumentException($"'{host}' is not a host: {problem}.", parameter);
    }

    private static IPEndPoint Literal(IPAddress address, int port, string parameter)
    {
        // The kernel says EINVAL, which does not tell that the interface is missing.
        if (address is { IsIPv6LinkLocal: true, ScopeId: 0 })
            throw new ArgumentException(NeedsInterface(address), parameter);
        return new IPEndPoint(address.Fold(), port);
    }

    /// <summary>What is wrong with a link-local address that no interface goes with.</summary>
    public static string NeedsInterface(IPAddress address) => $"The link-local address {address} needs its interface, as in {address}%eth0.";

    private static int CheckPort(int port, string parameter) => port is > 0 and <= IPEndPoint.MaxPort
        ? port
        : throw new ArgumentOutOfRangeException(parameter, port, "A port to connect to must be 1 to 65535.");
}

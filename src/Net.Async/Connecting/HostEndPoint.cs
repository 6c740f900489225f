using System.Net;

namespace Net.Async;

/// <summary>A host and a port as an end point: an address literal becomes itself, anything else a name to look up.</summary>
internal static class HostEndPoint
{
    public static EndPoint Create(string host, int port)
    {
        ArgumentNullException.ThrowIfNull(host);
        NetEndPoint.CheckPort(port);
        if (HostAddresses.Literal(host) is { } address)
            return new IPEndPoint(address, port);
        return HostNames.Check(host, out var problem) ? new DnsEndPoint(host, port)
            : throw new ArgumentException($"'{host}' is not a host: {problem}.", nameof(host));
    }
}

using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>Which end points name a place that a transport here can listen on or connect to.</summary>
internal static class TransportEndPoint
{
    /// <summary>The end point, IPv4-mapped IPv6 folded, or an argument error that names its kind.</summary>
    public static EndPoint Check(EndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        return endPoint switch
        {
            IPEndPoint or UnixDomainSocketEndPoint or NamedPipeEndPoint => endPoint.Fold(),
            DnsEndPoint name => throw new ArgumentException(
                $"'{NetEndPoint.Format(name)}' is a name: the asynchronous method looks it up.", nameof(endPoint)),
            _ => throw new ArgumentException(
                $"A {endPoint.GetType().Name} ({endPoint.AddressFamily}) is no TCP, Unix socket or pipe address.", nameof(endPoint)),
        };
    }
}

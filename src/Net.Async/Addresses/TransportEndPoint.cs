using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>Which end points name a place that a transport here can listen on or connect to.</summary>
internal static class TransportEndPoint
{
    /// <summary>The end point, IPv4-mapped IPv6 folded, or an argument error that names its kind.</summary>
    public static EndPoint Check(EndPoint endPoint, string name = "endPoint")
    {
        ArgumentNullException.ThrowIfNull(endPoint, name);
        return endPoint switch
        {
            IPEndPoint or UnixDomainSocketEndPoint or NamedPipeEndPoint => endPoint.Fold(),
            DescriptorEndPoint => endPoint,
            DnsEndPoint host => throw new ArgumentException(
                $"'{NetEndPoint.Format(host)}' is a name, which is not looked up here: use ListenAsync of the server, or ConnectAsync of the connection.", name),
            _ => throw new ArgumentException(
                $"A {endPoint.GetType().Name}{FamilyOf(endPoint)} is no TCP, Unix socket or pipe address.", name),
        };
    }

    // A kind of the user's own need not have a family; the base class throws then.
    private static string FamilyOf(EndPoint endPoint)
    {
        try
        {
            return $" ({endPoint.AddressFamily})";
        }
        catch (NotImplementedException)
        {
            return "";
        }
    }
}

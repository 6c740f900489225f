using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>Which address this machine would send from: a datagram socket is connected, which asks the routing table and sends nothing.</summary>
internal static class SourceAddresses
{
    // Any port: nothing is sent. 9 is discard (RFC 863).
    private const int AnyPort = 9;

    /// <summary>The source; null when there is no route, or no address to send from.</summary>
    /// <param name="destination">Where to.</param>
    /// <param name="local">The address that is bound to, when the caller has chosen one.</param>
    public static IPAddress? Of(IPAddress destination, IPAddress? local = null)
    {
        try
        {
            using var socket = new Socket(destination.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            if (local is not null)
                socket.Bind(new IPEndPoint(local, 0));
            socket.Connect(destination, AnyPort);
            return (socket.LocalEndPoint as IPEndPoint)?.Address;
        }
        catch (SocketException)
        {
            // Unreachable, prohibited or black-holed by the routing table: all mean that nothing can be sent there.
            return null;
        }
    }
}

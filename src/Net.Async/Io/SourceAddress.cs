using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>Whether this machine has an address to connect from: a datagram socket is connected, which sends nothing and needs no port of TCP.</summary>
internal static class SourceAddress
{
    /// <summary>False when the kernel says that there is none for this destination. What cannot be told counts as there.</summary>
    public static bool IsThere(IPEndPoint destination)
    {
        try
        {
            using var socket = new Socket(destination.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(destination);
            return true;
        }
        catch (SocketException exception)
        {
            return exception.SocketErrorCode != SocketError.AddressNotAvailable;
        }
    }
}

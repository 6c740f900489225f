using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>A listener that is a socket, whatever waits on it: where it is, and how it starts.</summary>
internal abstract class SocketTransportListener : TransportListener
{
    protected SocketTransportListener(Socket socket, EndPoint endPoint)
    {
        Socket = socket;
        LocalEndPoint = endPoint is IPEndPoint ? socket.LocalEndPoint!.Fold() : endPoint;
        LocalOfAll = LocalEndPoint is IPEndPoint ip && (ip.Address.Equals(IPAddress.Any) || ip.Address.Equals(IPAddress.IPv6Any)) ? null : LocalEndPoint;
    }

    public sealed override EndPoint LocalEndPoint { get; }

    internal sealed override Socket Socket { get; }

    /// <summary>Bound to one address, every connection has the listener's: no getsockname for each. Else null.</summary>
    protected EndPoint? LocalOfAll { get; }

    public sealed override void Start(int backlog)
    {
        try
        {
            Socket.Listen(backlog);
        }
        catch (SocketException exception)
        {
            throw SocketErrors.Failure("listen on", LocalEndPoint, exception);
        }
    }
}

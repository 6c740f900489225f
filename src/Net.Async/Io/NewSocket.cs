using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>Makes sockets, whatever the engine: prepared to connect, or bound to listen.</summary>
internal static class NewSocket
{
    private const int IpLevel = 0, BindAddressNoPort = 24;

    /// <summary>A socket to connect to the end point with, its options set, bound where the settings say so.</summary>
    public static Socket ToConnect(EndPoint endPoint, IoSettings settings)
    {
        var socket = Make(endPoint);
        try
        {
            settings.Tuning.ApplyTo(socket);
            settings.Configure?.Invoke(socket, endPoint);
            if (settings.Local is { } local)
                BindToConnect(socket, local);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>A socket that is bound and does not listen yet, or <see cref="ConnectionException"/> with the address in it.</summary>
    public static Socket ToListen(EndPoint endPoint, ListenSettings settings)
    {
        var socket = Make(endPoint);
        try
        {
            if (endPoint.AddressFamily == AddressFamily.InterNetworkV6)
                socket.DualMode = settings.DualStack;
            // Linux hands the listener's options on to what it accepts: one call instead of one a connection.
            settings.Connection.Tuning.ApplyTo(socket);
            socket.Bind(endPoint);
            return socket;
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw SocketErrors.Failure("listen on", endPoint, exception);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static Socket Make(EndPoint endPoint)
    {
        try
        {
            return endPoint is UnixDomainSocketEndPoint
                ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
                : new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        }
        catch (SocketException exception)
        {
            throw SocketErrors.Failure("make a socket for", endPoint, exception);
        }
    }

    private static void BindToConnect(Socket socket, EndPoint local)
    {
        // Without a port of ours it is chosen at the connect, where it need be free only for this destination (ip(7)).
        if (OperatingSystem.IsLinux() && local is IPEndPoint { Port: 0 })
            socket.SetRawSocketOption(IpLevel, BindAddressNoPort, [1, 0, 0, 0]);
        socket.Bind(local);
    }
}

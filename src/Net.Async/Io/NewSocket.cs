using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>Makes sockets to connect with, whatever the engine; <see cref="ListenSocket"/> makes those to listen with.</summary>
internal static class NewSocket
{
    /// <summary>A socket to connect to the end point with, its options set, bound where the settings say so.</summary>
    public static Socket ToConnect(EndPoint endPoint, IoSettings settings)
    {
        var socket = Make(endPoint, endPoint is UnixDomainSocketEndPoint ? ProtocolType.Unspecified : ProtocolType.Tcp);
        try
        {
            DescriptorReserve.ThrowIfReserved(socket.SafeHandle.DangerousGetHandle());
            settings.Tuning.ApplyTo(socket);
            if (settings.Configure is { } configure)
            {
                // A bind to port 0 in there: the port is then chosen at the connect, as below, and is known to be no caller's wish.
                LeavePortToConnect(socket, endPoint);
                configure(socket, endPoint);
                if (socket.SafeHandle.IsClosed)
                    throw new InvalidOperationException($"The callback that configures sockets has disposed the one for {NetEndPoint.Format(endPoint)}.");
            }

            if (settings.Local is { } local)
                BindToConnect(socket, local, endPoint);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>A bare socket of the end point's family.</summary>
    public static Socket Make(EndPoint endPoint, ProtocolType protocol)
    {
        try
        {
            return new Socket(endPoint.AddressFamily, SocketType.Stream, protocol);
        }
        catch (SocketException exception)
        {
            throw SocketErrors.Failure("make a socket for", endPoint, exception);
        }
    }

    private static void BindToConnect(Socket socket, EndPoint local, EndPoint endPoint)
    {
        if (local is IPEndPoint { Port: 0 })
            LeavePortToConnect(socket, local);
        try
        {
            socket.Bind(local);
        }
        catch (SocketException exception)
        {
            throw SocketErrors.Failure("connect to", endPoint, exception, exception.ToErrorOfBind(local), local);
        }
    }

    // A bind to port 0 then leaves the port open: chosen at the connect, it need be free only for this destination (ip(7), IP_BIND_ADDRESS_NO_PORT).
    private static void LeavePortToConnect(Socket socket, EndPoint endPoint)
    {
        if (OperatingSystem.IsLinux() && endPoint is IPEndPoint)
            socket.SetRawSocketOption(LibC.IpLevel, LibC.BindAddressNoPortOption, [1, 0, 0, 0]);
    }
}

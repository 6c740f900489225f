using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>A TCP connect whose source port is, by chance, the closed port that it goes to: it meets itself, as in a simultaneous open (RFC 9293, 3.5), and keeps the real server from listening.</summary>
/// <remarks>No one listens there, so it counts as refused (docs/decisions/0026). One whose port its user has chosen is what its user wants.</remarks>
internal static class SelfConnect
{
    /// <summary>Whether the source port is known before the connect: then it was chosen by the user, in the options or in a callback.</summary>
    public static bool IsPortWanted(Socket socket, IoSettings settings) =>
        settings.Local is IPEndPoint { Port: not 0 } || (settings.Configure is not null && IsBoundToPort(socket));

    /// <summary>The stream; or, when both its ends are one, what a refusal throws, with the port free again.</summary>
    public static TransportStream Refuse(TransportStream stream)
    {
        if (stream.LocalEndPoint is not IPEndPoint local || !local.Equals(stream.RemoteEndPoint))
            return stream;
        // An orderly close would keep the port for a minute (TIME_WAIT).
        stream.Reset();
        throw new SocketException((int)SocketError.ConnectionRefused, "The socket had connected to itself: no one listens there.");
    }

    // Not by the socket's own property: the base class library would keep the answer, which is another one after the connect.
    private static bool IsBoundToPort(Socket socket) =>
        OperatingSystem.IsLinux() && !socket.SafeHandle.IsClosed && SocketName.Local((int)socket.SafeHandle.DangerousGetHandle()) is IPEndPoint { Port: not 0 };
}

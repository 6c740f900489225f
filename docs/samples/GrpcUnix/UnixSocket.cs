using System.Net;
using System.Net.Sockets;
using Net.Async;

namespace GrpcUnix;

/// <summary>A connector to one Unix socket, whatever address a client asks for.</summary>
internal sealed class UnixSocket(string path) : Connector
{
    /// <summary>Only this user may connect, and the file of a server that was killed is replaced.</summary>
    public static void Restrict(ListenerOptions listener)
    {
        if (!OperatingSystem.IsLinux())
            return;
        listener.UnixFileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        listener.ReplaceStaleSocket = true;
    }

    public override Task<Connection> ConnectAsync(EndPoint endPoint, CancellationToken cancellationToken = default) =>
        Connection.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken: cancellationToken);
}

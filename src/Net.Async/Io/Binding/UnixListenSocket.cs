using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>Binds Unix sockets. Their files are ours to remove: the base class library would remove whatever has their name.</summary>
internal static class UnixListenSocket
{
    public static ListenBinding Bind(UnixDomainSocketEndPoint endPoint, ListenSettings settings)
    {
        if (!OperatingSystem.IsLinux() || endPoint.IsAbstract())
            return Bind(endPoint, null, settings);
        var path = Path.GetFullPath(endPoint.ToString());
        // Held over the bind: of two that start at once, one may replace what it has found dead.
        using var starting = settings.ReplaceStaleSocket ? StartingLock.TryTake(path) : null;
        if (starting is not null)
            StaleSocket.Remove(path, endPoint);
        return Bind(endPoint, path, settings);
    }

    private static ListenBinding Bind(UnixDomainSocketEndPoint endPoint, string? path, ListenSettings settings)
    {
        var socket = NewSocket.Make(endPoint, ProtocolType.Unspecified);
        SocketFile? file = null;
        try
        {
            settings.Connection.Tuning.ApplyTo(socket);
            // The file is made with the socket's own permissions, less the umask: never with more than asked for.
            if (path is not null && settings.FileMode is { } mode)
                UnixFiles.SetMode(socket.SafeHandle, mode);
            if (OperatingSystem.IsLinux())
                UnixListenerName.Bind(socket, endPoint);
            else
                socket.Bind(endPoint);
            file = path is null ? null : SocketFile.At(path);
            // Then what the umask took away.
            if (settings.FileMode is { } whole)
                file?.SetMode(whole);
            return new ListenBinding(socket, endPoint, file);
        }
        catch (Exception exception)
        {
            file?.Remove();
            socket.Dispose();
            throw exception is SocketException inner ? SocketErrors.Failure("listen on", endPoint, inner) : exception;
        }
    }
}

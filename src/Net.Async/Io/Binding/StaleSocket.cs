using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>Socket files that a server which died has left.</summary>
internal static class StaleSocket
{
    /// <summary>Removes the socket file to which no socket is bound any more. Whatever else is there stays, for the bind to stumble over.</summary>
    public static void Remove(string path, EndPoint endPoint)
    {
        if (FileIdentity.Of(path) is not { IsSocket: true } found || IsBound(endPoint) || !found.IsSameFile(FileIdentity.Of(path)))
            return;
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Not ours to remove: the bind says what is wrong.
        }
    }

    /// <summary>Asked with a datagram socket: a stream server refuses its kind, not its call, and never sees it, though its queue be full or not open yet.</summary>
    private static bool IsBound(EndPoint endPoint)
    {
        using var probe = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            probe.Connect(endPoint);
            return true;
        }
        catch (SocketException exception)
        {
            // Only this one says that no server is there; what cannot be told counts as alive.
            return exception.SocketErrorCode != SocketError.ConnectionRefused;
        }
    }
}

using System.Net.Sockets;

namespace Net.Async;

/// <summary>The kernel's queue of clients behind a listening socket of the base class library.</summary>
internal static class ListenQueue
{
    /// <summary>Whether a client waits there. False when the socket is closed.</summary>
    public static bool HasClient(this Socket listener)
    {
        try
        {
            return listener.Poll(TimeSpan.Zero, SelectMode.SelectRead);
        }
        catch (Exception exception) when (exception is ObjectDisposedException or SocketException)
        {
            return false;
        }
    }
}

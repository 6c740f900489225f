using System.Net.Sockets;

namespace Net.Async;

/// <summary>What the socket of a closed stream is when it was not asked for before: one that says "disposed" to every call.</summary>
internal static class ClosedSocket
{
    private static readonly Lazy<Socket> s_socket = new(static () =>
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Dispose();
        return socket;
    });

    public static Socket Instance => s_socket.Value;
}

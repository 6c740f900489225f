using System.Net;
using System.Net.Sockets;

namespace Net.Async.Load;

/// <summary>Clients that send the first bytes of a handshake, and nothing behind them.</summary>
internal static class StuckHandshakes
{
    private static readonly byte[] s_begun = [0x16, 0x03, 0x01, 0x02, 0x00, 0x01];

    public static List<Socket> Open(EndPoint endPoint, int count)
    {
        var sockets = new List<Socket>();
        for (var i = 0; i < count; i++)
        {
            var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
            sockets.Add(socket);
            socket.Connect(endPoint);
            socket.Send(s_begun);
        }

        return sockets;
    }
}

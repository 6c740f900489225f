using System.Net;
using System.Net.Sockets;

namespace Net.Async.Load;

/// <summary>What a careful user writes by hand: receive and send in a loop, one buffer a connection.</summary>
internal sealed class SocketPeer(EndPoint endPoint) : AcceptingPeer(endPoint)
{
    private const int BufferSize = 64 * 1024;

    protected override async Task EchoAsync(Socket socket)
    {
        // Pinned, as the kernel calls need it, so that no call pins and unpins.
        var buffer = GC.AllocateUninitializedArray<byte>(BufferSize, pinned: true);
        // As memory: the overload for array segments allocates a task each time.
        while (await socket.ReceiveAsync(buffer.AsMemory()) is > 0 and var received)
        {
            for (var sent = 0; sent < received;)
                sent += await socket.SendAsync(buffer.AsMemory(sent, received - sent));
        }
    }
}

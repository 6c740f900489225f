using System.Net;
using System.Net.Sockets;

namespace Net.Async.Load;

/// <summary>A relay as it is mostly written: two <see cref="NetworkStream"/>, copied to each other.</summary>
internal sealed class StreamRelayPeer(EndPoint endPoint, EndPoint target) : AcceptingPeer(endPoint)
{
    protected override async Task EchoAsync(Socket socket)
    {
        using var other = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await other.ConnectAsync(target);
        await using var left = new NetworkStream(socket, ownsSocket: false);
        await using var right = new NetworkStream(other, ownsSocket: false);
        await Task.WhenAll(PassAsync(left, right, other), PassAsync(right, left, socket));
    }

    private static async Task PassAsync(Stream from, Stream to, Socket end)
    {
        await from.CopyToAsync(to);
        end.Shutdown(SocketShutdown.Send);
    }
}

using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;

namespace Net.Async.Load;

/// <summary>Pipes as the base class library gives them: a reader and a writer around a <see cref="NetworkStream"/>.</summary>
internal sealed class StreamPeer(EndPoint endPoint) : AcceptingPeer(endPoint)
{
    protected override async Task EchoAsync(Socket socket)
    {
        await using var stream = new NetworkStream(socket, ownsSocket: false);
        await PipeEcho.RunAsync(PipeReader.Create(stream), PipeWriter.Create(stream));
    }
}

using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>The engine for every platform: System.Net.Sockets.</summary>
internal sealed class ManagedEngine : IoEngine
{
    public override string Name => "managed";

    public override IoListener Listen(Socket bound, EndPoint endPoint, SocketTuning tuning) => new SocketListener(bound, endPoint, tuning);

    public override IoStream Adopt(Socket connected) => new SocketStream(connected, null);

    protected override async ValueTask<IoStream> ConnectAsync(Socket socket, EndPoint endPoint, CancellationToken cancellationToken)
    {
        await socket.ConnectAsync(endPoint, cancellationToken).ConfigureAwait(false);
        return new SocketStream(socket, null);
    }
}

using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>The engine for Linux: epoll loops of our own, and calls on non-blocking descriptors.</summary>
internal sealed class ReactorEngine : IoEngine
{
    public override string Name => "reactor";

    public override IoListener Listen(Socket bound, EndPoint endPoint, SocketTuning tuning) => new ReactorListener(ReactorLoops.LeastLoaded(), bound, endPoint, tuning);

    public override IoStream Adopt(Socket connected)
    {
        connected.Blocking = false;
        return new ReactorStream(ReactorLoops.LeastLoaded(), connected);
    }

    protected override async ValueTask<IoStream> ConnectAsync(Socket socket, EndPoint endPoint, CancellationToken cancellationToken)
    {
        var loop = ReactorLoops.LeastLoaded();
        socket.Blocking = false;
        var error = await ReactorConnect.RunAsync(loop, socket, endPoint, cancellationToken).ConfigureAwait(false);
        if (error != SocketError.Success)
            throw new SocketException((int)error);
        var stream = new ReactorStream(loop, KernelSocket.Duplicate((int)socket.Handle), endPoint is IPEndPoint);
        // Whoever has kept the object that was prepared holds a closed one.
        socket.Dispose();
        return stream;
    }
}

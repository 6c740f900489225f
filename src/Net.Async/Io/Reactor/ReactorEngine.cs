using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>The engine for Linux: epoll loops of our own, and calls on non-blocking descriptors.</summary>
internal sealed class ReactorEngine : IoEngine
{
    public override string Name => "reactor";

    public override TransportListener Listen(Socket bound, EndPoint endPoint, SocketTuning tuning) => new ReactorListener(ReactorLoops.LeastLoaded(), bound, endPoint, tuning);

    public override TransportStream Adopt(Socket connected)
    {
        connected.Blocking = false;
        return new ReactorStream(ReactorLoops.LeastLoaded(), connected);
    }

    protected override async ValueTask<TransportStream> ConnectAsync(Socket socket, EndPoint endPoint, TimeProvider time, CancellationToken cancellationToken)
    {
        var loop = ReactorLoops.LeastLoaded();
        socket.Blocking = false;
        var descriptor = DescriptorSocket.DetachDescriptor(socket);
        try
        {
            var error = endPoint is UnixDomainSocketEndPoint unix
                ? await UnixConnect.RunAsync(descriptor, unix, time, cancellationToken).ConfigureAwait(false)
                : await ReactorConnect.RunAsync(loop, descriptor, endPoint, cancellationToken).ConfigureAwait(false);
            return error == SocketError.Success ? new ReactorStream(loop, descriptor, endPoint is IPEndPoint) : throw new SocketException((int)error);
        }
        catch
        {
            _ = LibC.Close(descriptor);
            throw;
        }
    }
}

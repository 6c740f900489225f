using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>The engine for every platform: System.Net.Sockets.</summary>
internal sealed class ManagedEngine : IoEngine
{
    public override string Name => "managed";

    public override TransportListener Listen(Socket bound, EndPoint endPoint, SocketTuning tuning) => new SocketListener(bound, endPoint, tuning);

    public override TransportStream Adopt(Socket connected) => new SocketStream(connected, null);

    public override TransportListener Adopt(Socket bound, SocketTuning tuning) =>
        base.Adopt(OperatingSystem.IsLinux() && bound.AddressFamily == AddressFamily.Unix ? UnixListenerName.GivenTo(bound) : bound, tuning);

    protected override async ValueTask<TransportStream> ConnectAsync(Socket socket, EndPoint endPoint, TimeProvider time, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsLinux() && endPoint is UnixDomainSocketEndPoint unix)
            return await ConnectUnixAsync(socket, unix, time, cancellationToken).ConfigureAwait(false);
        await socket.ConnectAsync(endPoint, cancellationToken).ConfigureAwait(false);
        return new SocketStream(socket, null);
    }

    // The base class library fails when the listener's queue is full.
    private static async ValueTask<TransportStream> ConnectUnixAsync(Socket socket, UnixDomainSocketEndPoint endPoint, TimeProvider time, CancellationToken cancellationToken)
    {
        socket.Blocking = false;
        var descriptor = DescriptorSocket.DetachDescriptor(socket);
        try
        {
            if (await UnixConnect.RunAsync(descriptor, endPoint, time, cancellationToken).ConfigureAwait(false) is not SocketError.Success and var error)
                throw new SocketException((int)error);
            return new SocketStream(DescriptorSocket.FromDescriptor(descriptor), null);
        }
        catch
        {
            _ = LibC.Close(descriptor);
            throw;
        }
    }
}

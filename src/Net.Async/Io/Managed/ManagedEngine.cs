using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>The engine for every platform: System.Net.Sockets and System.IO.Pipes.</summary>
internal sealed class ManagedEngine : IoEngine
{
    private const int IpLevel = 0, BindAddressNoPort = 24;

    public override string Name => "managed";

    public override IoListener Bind(EndPoint endPoint, IoSettings settings) => endPoint switch
    {
        NamedPipeEndPoint pipe => new NamedPipeListener(pipe, settings.CurrentUserOnly),
        _ => SocketListener.Bind(endPoint, settings),
    };

    public override ValueTask<IoStream> ConnectAsync(EndPoint endPoint, IoSettings settings, CancellationToken cancellationToken) => endPoint switch
    {
        NamedPipeEndPoint pipe => NamedPipeConnect.ConnectAsync(pipe, settings.CurrentUserOnly, cancellationToken),
        _ => ConnectSocketAsync(endPoint, settings, cancellationToken),
    };

    private static async ValueTask<IoStream> ConnectSocketAsync(EndPoint endPoint, IoSettings settings, CancellationToken cancellationToken)
    {
        // A socket whose connect failed is not reusable on every platform: a new one each time.
        var socket = NewSocket(endPoint);
        try
        {
            Prepare(socket, endPoint, settings);
            await socket.ConnectAsync(endPoint, cancellationToken).ConfigureAwait(false);
            return new SocketStream(socket, null);
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw SocketErrors.Failure("connect to", endPoint, exception);
        }
        catch (Exception exception)
        {
            socket.Dispose();
            // A token that fires just after success can surface as ObjectDisposedException: the token knows.
            if (exception is not OperationCanceledException)
                cancellationToken.ThrowIfCancellationRequested();
            throw;
        }
    }

    private static void Prepare(Socket socket, EndPoint endPoint, IoSettings settings)
    {
        if (endPoint is IPEndPoint)
            socket.NoDelay = settings.NoDelay;
        settings.Configure?.Invoke(socket, endPoint);
        if (settings.LocalAddress is not { } local || endPoint is not IPEndPoint)
            return;
        // The port is chosen at the connect, where it need be free only for this destination (ip(7)).
        if (OperatingSystem.IsLinux())
            socket.SetRawSocketOption(IpLevel, BindAddressNoPort, [1, 0, 0, 0]);
        socket.Bind(new IPEndPoint(local, 0));
    }

    public static Socket NewSocket(EndPoint endPoint)
    {
        try
        {
            return endPoint is UnixDomainSocketEndPoint
                ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
                : new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        }
        catch (SocketException exception)
        {
            throw SocketErrors.Failure("make a socket for", endPoint, exception);
        }
    }
}

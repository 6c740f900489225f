using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>The engine for every platform: System.Net.Sockets and System.IO.Pipes.</summary>
internal sealed class ManagedEngine : IoEngine
{
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
            if (endPoint is IPEndPoint)
                socket.NoDelay = settings.NoDelay;
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

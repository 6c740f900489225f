using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>The seam to the kernel: makes listeners and connected streams. Everything above asks <see cref="Default"/> and knows no engine by name.</summary>
/// <remarks>Sockets are made, tuned and bound in one place for all engines; an engine waits on them. Named pipes are no sockets and the same under each.</remarks>
internal abstract class IoEngine
{
    public static IoEngine Default { get; } = EngineChoice.Make();

    /// <summary>The engine's name, for diagnostics.</summary>
    public abstract string Name { get; }

    /// <summary>Binds at once, or throws <see cref="ConnectionException"/> with the address in it.</summary>
    public TransportListener Bind(EndPoint endPoint, ListenSettings settings)
    {
        if (endPoint is NamedPipeEndPoint pipe)
            return NamedPipeListener.Bind(pipe, settings.Connection.CurrentUserOnly);
        if (endPoint is DescriptorEndPoint inherited)
            return Adopt(AdoptedSocket.AdoptListening(inherited.Descriptor, null, settings.Connection.Tuning, nameof(endPoint)), settings.Connection.Tuning);
        var bound = ListenSocket.Bind(endPoint, settings);
        var listener = Listen(bound.Socket, bound.EndPoint, settings.Connection.Tuning);
        listener.SocketFile = bound.File;
        return listener;
    }

    /// <summary>Accepts on a socket that was bound elsewhere, and that another process may have too.</summary>
    public virtual TransportListener Adopt(Socket bound, SocketTuning tuning)
    {
        var listener = Listen(bound, bound.LocalEndPoint!, tuning);
        listener.Share();
        return listener;
    }

    /// <summary>Connects a socket that was bound before. It belongs to the stream when this succeeds; when it throws it is used up, and the caller's to dispose.</summary>
    public async ValueTask<TransportStream> ConnectBoundAsync(Socket bound, EndPoint endPoint, IoSettings settings, CancellationToken cancellationToken)
    {
        try
        {
            return await ConnectAsync(bound, settings.DialAs ?? endPoint, settings.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException exception)
        {
            throw SocketErrors.Failure("connect to", endPoint, exception, ErrorOfConnect(exception, endPoint, portIsWanted: true));
        }
        catch (ObjectDisposedException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw;
        }
    }

    /// <summary>Makes one attempt at one literal address; a failed or cancelled one leaves nothing open.</summary>
    public ValueTask<TransportStream> ConnectAsync(EndPoint endPoint, IoSettings settings, CancellationToken cancellationToken) => endPoint is NamedPipeEndPoint pipe
        ? NamedPipeConnect.ConnectAsync(pipe, settings, cancellationToken)
        : ConnectSocketAsync(endPoint, settings, cancellationToken);

    /// <summary>Accepts on a socket that is bound, or listens already. It belongs to the listener from here on.</summary>
    public abstract TransportListener Listen(Socket bound, EndPoint endPoint, SocketTuning tuning);

    /// <summary>Makes a connected socket a stream. It belongs to the stream from here on.</summary>
    public abstract TransportStream Adopt(Socket connected);

    /// <summary>Connects a socket that was made for it. It belongs to the stream when this succeeds; when it throws it is used up, and the caller's to dispose.</summary>
    protected abstract ValueTask<TransportStream> ConnectAsync(Socket socket, EndPoint endPoint, TimeProvider time, CancellationToken cancellationToken);

    private async ValueTask<TransportStream> ConnectSocketAsync(EndPoint endPoint, IoSettings settings, CancellationToken cancellationToken)
    {
        // A socket whose connect failed is not reusable on every platform: a new one each time.
        Socket? socket = null;
        var portIsWanted = false;
        try
        {
            socket = NewSocket.ToConnect(endPoint, settings);
            portIsWanted = SelfConnect.IsPortWanted(socket, settings);
            var stream = await ConnectAsync(socket, settings.DialAs ?? endPoint, settings.Time, cancellationToken).ConfigureAwait(false);
            return portIsWanted || endPoint is not IPEndPoint ? stream : SelfConnect.Refuse(stream);
        }
        catch (SocketException exception)
        {
            socket?.Dispose();
            throw SocketErrors.Failure("connect to", endPoint, exception, ErrorOfConnect(exception, endPoint, portIsWanted), settings.Local);
        }
        catch (Exception exception)
        {
            socket?.Dispose();
            // A token that fires just after success can surface as ObjectDisposedException: the token knows.
            if (exception is not OperationCanceledException)
                cancellationToken.ThrowIfCancellationRequested();
            throw;
        }
    }

    private static ConnectionError ErrorOfConnect(SocketException exception, EndPoint endPoint, bool portIsWanted) => endPoint is IPEndPoint ip
        ? exception.ToErrorOfConnect(portIsWanted, () => SourceAddress.IsThere(ip))
        : exception.ToConnectionError();
}

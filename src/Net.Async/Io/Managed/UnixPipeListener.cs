using System.IO.Pipes;
using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>A named pipe on Linux, where .NET's clients find it: a Unix socket, bound as our own are.</summary>
/// <remarks>
/// The base class library's server removes whatever has the name, when it starts and when it ends, and a client that is bound to a longer path ends the process
/// (docs/decisions/0027). What it accepts is a pipe of the base class library all the same.
/// </remarks>
internal sealed class UnixPipeListener : TransportListener
{
    private readonly NamedPipeEndPoint _endPoint;
    private readonly bool _currentUserOnly;
    private readonly Socket _socket;

    /// <summary>Binds at once, or throws <see cref="ConnectionException"/> with the pipe in it.</summary>
    public UnixPipeListener(NamedPipeEndPoint endPoint, bool currentUserOnly)
    {
        _endPoint = endPoint;
        _currentUserOnly = currentUserOnly;
        var bound = Bind(endPoint, currentUserOnly);
        _socket = bound.Socket;
        SocketFile = bound.File;
    }

    public override EndPoint LocalEndPoint => _endPoint;

    internal override bool HasClient => _socket.HasClient();

    public override void Start(int backlog)
    {
        try
        {
            _socket.Listen(backlog);
        }
        catch (SocketException exception)
        {
            throw SocketErrors.Failure("listen on", _endPoint, exception);
        }
    }

    public override async ValueTask<TransportStream> AcceptAsync(CancellationToken cancellationToken)
    {
        var accepted = await _socket.AcceptAsync(cancellationToken).ConfigureAwait(false);
        if (!_currentUserOnly || UnixPipe.IsOfThisUser(accepted))
            return new NamedPipeStream(new NamedPipeServerStream(PipeDirection.InOut, isAsync: true, isConnected: true, UnixPipe.HandleOf(accepted)), _endPoint, _endPoint);
        // Trouble of one connection.
        accepted.Dispose();
        throw new SocketException((int)SocketError.ConnectionAborted);
    }

    public override void Close() => _socket.Dispose();

    private static ListenBinding Bind(NamedPipeEndPoint endPoint, bool currentUserOnly)
    {
        try
        {
            return UnixListenSocket.Bind(PipePaths.Of(endPoint), new ListenSettings
            {
                // A pipe has always taken the place of one whose process has died.
                ReplaceStaleSocket = true,
                FileMode = currentUserOnly ? UnixFileMode.UserRead | UnixFileMode.UserWrite : null,
            });
        }
        catch (ConnectionException exception) when (exception.InnerException is SocketException inner)
        {
            throw SocketErrors.Failure("listen on", endPoint, inner, exception.Error);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressNotAvailable)
        {
            // ENOENT, as the base class library folds it: there is no temporary directory.
            throw SocketErrors.Failure("listen on", endPoint, exception, ConnectionError.PathNotFound);
        }
        catch (Exception exception) when (exception is SocketException or IOException or UnauthorizedAccessException or TimeoutException)
        {
            throw SocketErrors.Failure("listen on", endPoint, exception as SocketException ?? exception.InnerException as SocketException
                ?? new SocketException((int)(exception is UnauthorizedAccessException ? SocketError.AccessDenied : SocketError.SocketError), exception.Message));
        }
    }
}

using System.IO.Pipes;
using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>A named pipe that clients can open. One instance always waits, so that the name exists between two accepts.</summary>
internal sealed class NamedPipeListener : TransportListener
{
    private static readonly HashSet<string> s_names = [];

    private readonly NamedPipeEndPoint _endPoint;
    private readonly bool _currentUserOnly;
    private readonly Lock _lock = new();
    private NamedPipeServerStream? _next;
    private bool _closed;

    public NamedPipeListener(NamedPipeEndPoint endPoint, bool currentUserOnly)
    {
        _endPoint = endPoint;
        _currentUserOnly = currentUserOnly;
        // On Unix a second server would silently share or take over the name; a taken address must throw.
        lock (s_names)
        {
            if (s_names.Contains(endPoint.PipeName) || IsServedElsewhere(endPoint.PipeName))
                throw SocketErrors.Failure("listen on", endPoint, new SocketException((int)SocketError.AddressAlreadyInUse));
            _next = NewInstance();
            s_names.Add(endPoint.PipeName);
        }
    }

    public override EndPoint LocalEndPoint => _endPoint;

    /// <summary>The kernel's queue has a length of .NET's choosing.</summary>
    public override void Start(int backlog)
    {
    }

    public override async ValueTask<TransportStream> AcceptAsync(CancellationToken cancellationToken)
    {
        NamedPipeServerStream instance;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            try
            {
                instance = _next ??= NewInstance();
            }
            catch (ConnectionException exception) when (exception.InnerException is SocketException inner)
            {
                throw new SocketException((int)inner.SocketErrorCode, exception.Message);
            }
        }

        try
        {
            await instance.WaitForConnectionAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The client has gone again, or is another user's: the instance has had its one client, the listener continues.
            await instance.DisposeAsync().ConfigureAwait(false);
            Forget(instance);
            throw new SocketException((int)SocketError.ConnectionAborted, exception.Message);
        }

        Forget(instance);
        return new NamedPipeStream(instance, _endPoint, _endPoint);
    }

    public override void Close()
    {
        lock (_lock)
        {
            if (_closed)
                return;
            _closed = true;
            _next?.Dispose();
        }

        lock (s_names)
            s_names.Remove(_endPoint.PipeName);
    }

    // At once, so that the name does not vanish between two clients; where that fails, the next accept tries and tells.
    private void Forget(NamedPipeServerStream instance)
    {
        lock (_lock)
        {
            if (_closed || _next != instance)
                return;
            _next = null;
            try
            {
                _next = NewInstance();
            }
            catch (ConnectionException)
            {
            }
        }
    }

    private NamedPipeServerStream NewInstance()
    {
        try
        {
            return new NamedPipeServerStream(_endPoint.PipeName, PipeDirection.InOut, NamedPipeServerStream.MaxAllowedServerInstances,
                PipeTransmissionMode.Byte, PipeOptions.Asynchronous | (_currentUserOnly ? PipeOptions.CurrentUserOnly : PipeOptions.None));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or SocketException)
        {
            var error = exception is UnauthorizedAccessException ? SocketError.AccessDenied : SocketError.AddressAlreadyInUse;
            throw SocketErrors.Failure("listen on", _endPoint, exception as SocketException ?? exception.InnerException as SocketException ?? new SocketException((int)error, exception.Message));
        }
    }

    /// <summary>Binds at once, or throws <see cref="ConnectionException"/> with the pipe in it.</summary>
    public static TransportListener Bind(NamedPipeEndPoint endPoint, bool currentUserOnly) => OperatingSystem.IsLinux()
        ? new UnixPipeListener(endPoint, currentUserOnly)
        : new NamedPipeListener(endPoint, currentUserOnly);

    // .NET's own path for the name on other Unix systems. It removes whatever is there: only what is surely the socket of a server that died is left to it.
    private static bool IsServedElsewhere(string name)
    {
        if (OperatingSystem.IsWindows())
            return false;
        var path = Path.Combine(Path.GetTempPath(), "CoreFxPipe_" + name);
        if (new FileInfo(path).LinkTarget is not null)
            return true;
        if (!File.Exists(path))
            return false;
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false };
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException exception)
        {
            // A full queue, another type of socket, a file that is none, no permission: only a refusal says that its process has died.
            return exception.SocketErrorCode != SocketError.ConnectionRefused;
        }
    }
}

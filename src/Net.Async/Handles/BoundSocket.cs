using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>An address that is taken now and used later: to listen on, or to connect from. What it becomes has it; until then a dispose frees it.</summary>
/// <remarks>No client is let in before <see cref="Listen"/>: clients are refused. It closes the gap between looking for a free port and using it.</remarks>
public sealed class BoundSocket : IDisposable
{
    /// <summary>The time that a connect may take.</summary>
    private static readonly TimeSpan s_connectTimeout = TimeSpan.FromSeconds(30);

    private readonly SocketFile? _file;
    private readonly PolicyGate _gate;
    private Socket? _socket;

    private BoundSocket(Socket socket, EndPoint endPoint, SocketFile? file, ConnectionPolicy policy)
    {
        _gate = new PolicyGate(policy, null, null);
        _socket = socket;
        _file = file;
        LocalEndPoint = endPoint is IPEndPoint ? socket.LocalEndPoint!.Fold() : endPoint;
    }

    /// <summary>The address, with the port that the system chose; also afterwards.</summary>
    public EndPoint LocalEndPoint { get; }

    /// <summary>The socket's handle, to pass it to a program or to set options; closing it is not yours to do.</summary>
    /// <exception cref="InvalidOperationException">It listens or connects by now.</exception>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public SafeSocketHandle SafeHandle => Current.SafeHandle;

    private Socket Current
    {
        get
        {
            var socket = Volatile.Read(ref _socket) ?? throw Adopted();
            ObjectDisposedException.ThrowIf(socket.SafeHandle.IsClosed, this);
            return socket;
        }
    }

    /// <summary>Binds at once.</summary>
    /// <param name="endPoint">An <see cref="IPEndPoint"/>, port 0 lets the system choose, or a <see cref="UnixDomainSocketEndPoint"/>.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentException">The end point is of another kind.</exception>
    /// <exception cref="NotSupportedException">The options are none of this system's.</exception>
    /// <exception cref="ConnectionException">The address is taken, not this machine's, or not permitted.</exception>
    public static BoundSocket Bind(EndPoint endPoint, BoundSocketOptions? options = null)
    {
        endPoint = TransportEndPoint.Check(endPoint);
        if (endPoint is NamedPipeEndPoint or DescriptorEndPoint)
            throw new ArgumentException($"{NetEndPoint.Format(endPoint)} is no address that a socket can be bound to.", nameof(endPoint));
        options ??= BoundSocketOptions.Default;
        var settings = new ListenSettings(ConnectionOptions.Default.ToSettings(), DualStack: !options.IPv6Only) { ReusePort = options.ReusePort };
        var bound = ListenSocket.Bind(endPoint, settings);
        return new BoundSocket(bound.Socket, bound.EndPoint, bound.File, options.Policy);
    }

    /// <summary>Listens on the address from now on. Once.</summary>
    /// <param name="options">Null for the defaults; <see cref="ServerOptions.DualStack"/> was decided at the bind.</param>
    /// <returns>The server, which has the socket from here on.</returns>
    /// <exception cref="InvalidOperationException">It listens or connects already.</exception>
    /// <exception cref="ConnectionException">Another socket of the address listens already; this one is still yours.</exception>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public Server Listen(ServerOptions? options = null)
    {
        options ??= ServerOptions.Default;
        var socket = Take();
        try
        {
            options.Tuning().ApplyTo(socket);
            socket.Listen(options.Backlog);
        }
        catch (SocketException exception)
        {
            Volatile.Write(ref _socket, socket);
            throw SocketErrors.Failure("listen on", LocalEndPoint, exception);
        }

        var listener = options.Connection.Engine.Listen(socket, LocalEndPoint, options.Tuning());
        listener.SocketFile = _file;
        var server = new Server([listener], options);
        server.Start();
        return server;
    }

    /// <summary>Connects from the address, within 30 s. Once: a connect that fails has used the socket up.</summary>
    /// <param name="endPoint">A literal address of the same family, or a path.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellationToken">Ends the attempt; the address is free again.</param>
    /// <returns>The connection, which has the socket from here on.</returns>
    /// <exception cref="ArgumentException">The end point is a name, or of another kind or family.</exception>
    /// <exception cref="InvalidOperationException">It listens or connects already.</exception>
    /// <exception cref="ConnectionException">There was no answer, the time limit passed, or <see cref="BoundSocketOptions.Policy"/> denies it: then the socket is still yours.</exception>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public Task<Connection> ConnectAsync(EndPoint endPoint, ConnectionOptions? options = null, CancellationToken cancellationToken = default)
    {
        endPoint = TransportEndPoint.Check(endPoint);
        if (endPoint.AddressFamily != LocalEndPoint.AddressFamily)
            throw new ArgumentException($"{NetEndPoint.Format(endPoint)} cannot be connected to from {NetEndPoint.Format(LocalEndPoint)}: the families differ.", nameof(endPoint));
        cancellationToken.ThrowIfCancellationRequested();
        _gate.Admit(endPoint);
        return ConnectAsync(Take(), endPoint, options ?? ConnectionOptions.Default, cancellationToken);
    }

    /// <summary>Frees the address, unless it listens or connects: then it is another's to free. Idempotent.</summary>
    public void Dispose()
    {
        // Claimed like a listen or a connect: whichever comes first has it.
        if (Interlocked.Exchange(ref _socket, null) is not { } socket)
            return;
        _file?.Remove();
        socket.Dispose();
        Volatile.Write(ref _socket, socket);
    }

    private async Task<Connection> ConnectAsync(Socket socket, EndPoint endPoint, ConnectionOptions options, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(s_connectTimeout, options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            options.ToSettings().Tuning.ApplyTo(socket);
            var stream = await DialAsync(socket, endPoint, options, either.Token).ConfigureAwait(false);
            CheckConnected(stream, endPoint);
            return StreamConnection.Open(stream, options);
        }
        catch (OperationCanceledException)
        {
            socket.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            throw new ConnectionException(ConnectionError.TimedOut, $"Could not connect to {NetEndPoint.Format(endPoint)}: timed out after 30 s.", endPoint);
        }
        catch (PolicyDenialException)
        {
            socket.Dispose();
            throw PolicyGate.Refusal(endPoint);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
        finally
        {
            // No one connects to where a connection comes from: the name is enough.
            _file?.Remove();
        }
    }

    private async ValueTask<TransportStream> DialAsync(Socket socket, EndPoint endPoint, ConnectionOptions options, CancellationToken cancellationToken)
    {
        using var held = _gate.Hold(endPoint);
        return await options.Engine.ConnectBoundAsync(socket, endPoint, options.ToSettings() with { DialAs = PolicyGate.DialName(held) }, cancellationToken).ConfigureAwait(false);
    }

    private void CheckConnected(TransportStream stream, EndPoint endPoint)
    {
        try
        {
            _gate.CheckConnected(endPoint, stream.RemoteEndPoint);
        }
        catch
        {
            stream.Close();
            throw;
        }
    }

    private Socket Take()
    {
        var socket = Current;
        return Interlocked.CompareExchange(ref _socket, null, socket) == socket ? socket : throw Adopted();
    }

    private InvalidOperationException Adopted() => new($"The socket of {NetEndPoint.Format(LocalEndPoint)} listens or connects already.");
}

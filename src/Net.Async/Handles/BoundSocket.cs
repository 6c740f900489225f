using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>A bound socket: its address is reserved now, and used later to listen on or to connect from. The server or connection made of it owns the socket; until then, disposing it frees the address.</summary>
/// <remarks>Before <see cref="Listen"/>, this socket refuses clients. Without <see cref="BoundSocketOptions.ReusePort"/> no other program can take the port between the search for a free one and its use.</remarks>
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

    /// <summary>The address, with the port that the system chose; also after <see cref="Listen"/>, a connect and a dispose.</summary>
    public EndPoint LocalEndPoint { get; }

    /// <summary>The socket's handle, to pass it to a program or to set options. Do not close it.</summary>
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
    /// <exception cref="NotSupportedException">This system does not support one of the options.</exception>
    /// <exception cref="ConnectionException">The address is taken, not this machine's, or not permitted.</exception>
    public static BoundSocket Bind(EndPoint endPoint, BoundSocketOptions? options = null)
    {
        endPoint = TransportEndPoint.Check(endPoint);
        if (endPoint is NamedPipeEndPoint or DescriptorEndPoint)
            throw new ArgumentException($"{NetEndPoint.Format(endPoint)} is no address that a socket can be bound to.", nameof(endPoint));
        options ??= new();
        var settings = new ListenSettings(new ConnectionOptions().ToSettings(), DualStack: !options.IPv6Only) { ReusePort = options.ReusePort };
        var bound = ListenSocket.Bind(endPoint, settings);
        return new BoundSocket(bound.Socket, bound.EndPoint, bound.File, options.Policy);
    }

    /// <summary>Starts listening on the address. Can succeed once.</summary>
    /// <param name="options">Null for the defaults; <see cref="ListenerOptions.DualStack"/> was decided at the bind.</param>
    /// <returns>The server, which owns the socket now.</returns>
    /// <exception cref="InvalidOperationException">It listens or connects already.</exception>
    /// <exception cref="ConnectionException">Another socket of the address listens already; this one is still yours.</exception>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public Server Listen(ServerOptions? options = null)
    {
        options ??= new();
        var socket = Take();
        try
        {
            options.Tuning().ApplyTo(socket);
            socket.Listen(options.Listener.Backlog);
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

    /// <summary>Connects from the address, within 30 s. Can begin once: a connect that has begun and failed uses the socket up.</summary>
    /// <param name="endPoint">A literal address of the same family, or a path.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellationToken">Ends the attempt; the address is free again.</param>
    /// <returns>The connection, which owns the socket now.</returns>
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
        return ConnectAsync(Take(), endPoint, options is null ? new() : options with { }, cancellationToken);
    }

    /// <summary>Frees the address. Has no effect once the socket listens or connects: its server or connection closes it. Idempotent.</summary>
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
            throw ConnectFailure.TimedOut(endPoint, s_connectTimeout);
        }
        catch (PolicyDenialException)
        {
            socket.Dispose();
            throw ConnectFailure.Denied(endPoint);
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

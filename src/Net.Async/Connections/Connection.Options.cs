using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Net.Async;

/// <summary>Options of a living connection. A transport that has no such thing says <see cref="NotSupportedException"/>.</summary>
public abstract partial class Connection
{
    private const int SocketLevel = 1, PeerCredential = 17;

    private UnixCredentials? _peerCredentials;

    /// <summary>Sends small segments at once (TCP_NODELAY) instead of waiting for more.</summary>
    /// <exception cref="NotSupportedException">It is not TCP (<see cref="ConnectionCapabilities.TcpOptions"/>).</exception>
    /// <exception cref="ConnectionException">The connection has ended.</exception>
    public virtual bool NoDelay
    {
        get => OnTcp(nameof(NoDelay), static socket => socket.NoDelay);
        set => OnTcp(nameof(NoDelay), socket => socket.NoDelay = value);
    }

    /// <summary>The type of service of sent packets (IP_TOS, IPV6_TCLASS), 0 to 255; the kernel may keep its two lowest bits.</summary>
    /// <exception cref="NotSupportedException">It is not TCP (<see cref="ConnectionCapabilities.TcpOptions"/>).</exception>
    /// <exception cref="ConnectionException">The connection has ended.</exception>
    public virtual byte TypeOfService
    {
        get => OnTcp(nameof(TypeOfService), TcpOptions.GetTypeOfService);
        set => OnTcp(nameof(TypeOfService), socket => TcpOptions.SetTypeOfService(socket, value));
    }

    /// <summary>How long sent data may stay unacknowledged before the connection is over (TCP_USER_TIMEOUT, RFC 5482).</summary>
    /// <value>Null is the system's, about 15 minutes; 1 ms to one day.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside its bounds.</exception>
    /// <exception cref="NotSupportedException">It is not TCP (<see cref="ConnectionCapabilities.TcpOptions"/>), or not on Linux.</exception>
    /// <exception cref="ConnectionException">The connection has ended.</exception>
    public virtual TimeSpan? UserTimeout
    {
        get => OnTcp(nameof(UserTimeout), TcpOptions.GetUserTimeout) is var time && time > TimeSpan.Zero ? time : null;
        set
        {
            if (value is { } time)
                TimeBounds.Check(time, nameof(UserTimeout));
            OnTcp(nameof(UserTimeout), socket => TcpOptions.SetUserTimeout(socket, value ?? TimeSpan.Zero));
        }
    }

    /// <summary>The kernel's receive buffer in bytes (SO_RCVBUF). Setting it ends its growing by itself; Linux doubles the value, and caps it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1024.</exception>
    /// <exception cref="NotSupportedException">There is no socket (<see cref="ConnectionCapabilities.Socket"/>).</exception>
    /// <exception cref="ConnectionException">The connection has ended.</exception>
    public virtual int ReceiveBufferSize
    {
        get => OnSocket(nameof(ReceiveBufferSize), static socket => socket.ReceiveBufferSize);
        set
        {
            ConnectionOptions.CheckBuffer(value, nameof(ReceiveBufferSize));
            OnSocket(nameof(ReceiveBufferSize), socket => socket.ReceiveBufferSize = value);
        }
    }

    /// <summary>The kernel's send buffer in bytes (SO_SNDBUF). Setting it ends its growing by itself; Linux doubles the value, and caps it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1024.</exception>
    /// <exception cref="NotSupportedException">There is no socket (<see cref="ConnectionCapabilities.Socket"/>).</exception>
    /// <exception cref="ConnectionException">The connection has ended.</exception>
    public virtual int SendBufferSize
    {
        get => OnSocket(nameof(SendBufferSize), static socket => socket.SendBufferSize);
        set
        {
            ConnectionOptions.CheckBuffer(value, nameof(SendBufferSize));
            OnSocket(nameof(SendBufferSize), socket => socket.SendBufferSize = value);
        }
    }

    /// <summary>Who is at the other end of a Unix socket, as the kernel vouches for it.</summary>
    /// <exception cref="NotSupportedException">It is no Unix socket on Linux (<see cref="ConnectionCapabilities.PeerCredentials"/>).</exception>
    /// <exception cref="ConnectionException">The connection has ended, and nobody asked before.</exception>
    public virtual UnixCredentials PeerCredentials => Capabilities.HasFlag(ConnectionCapabilities.PeerCredentials)
        ? _peerCredentials ??= OnSocket(nameof(PeerCredentials), ReadPeerCredentials)
        : throw Unsupported(nameof(PeerCredentials));

    /// <summary>Sends probes to an idle peer, or stops to. What is null in them stays as it is.</summary>
    /// <param name="keepAlive">Null stops them.</param>
    /// <exception cref="NotSupportedException">It is not TCP (<see cref="ConnectionCapabilities.TcpOptions"/>).</exception>
    /// <exception cref="ConnectionException">The connection has ended.</exception>
    public virtual void SetKeepAlive(KeepAlive? keepAlive) => OnTcp(nameof(SetKeepAlive), socket => TcpOptions.SetKeepAlive(socket, keepAlive));

    /// <summary>Sends probes to an idle peer.</summary>
    /// <param name="delay">As <see cref="KeepAlive.Delay"/>.</param>
    /// <param name="interval">As <see cref="KeepAlive.Interval"/>.</param>
    /// <param name="count">As <see cref="KeepAlive.Count"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its bounds.</exception>
    /// <exception cref="NotSupportedException">It is not TCP (<see cref="ConnectionCapabilities.TcpOptions"/>).</exception>
    /// <exception cref="ConnectionException">The connection has ended.</exception>
    public void SetKeepAlive(TimeSpan delay, TimeSpan? interval = null, int? count = null) =>
        SetKeepAlive(new KeepAlive { Delay = delay, Interval = interval, Count = count });

    private static UnixCredentials ReadPeerCredentials(Socket socket)
    {
        Span<int> found = stackalloc int[3];
        socket.GetRawSocketOption(SocketLevel, PeerCredential, MemoryMarshal.AsBytes(found));
        return new UnixCredentials(found[0], (uint)found[1], (uint)found[2]);
    }

    private T OnTcp<T>(string member, Func<Socket, T> use) => Capabilities.HasFlag(ConnectionCapabilities.TcpOptions)
        ? OnSocket(member, use)
        : throw Unsupported(member);

    private void OnTcp(string member, Action<Socket> use) => OnTcp<bool>(member, socket => Done(use, socket));

    private void OnSocket(string member, Action<Socket> use) => OnSocket<bool>(member, socket => Done(use, socket));

    private T OnSocket<T>(string member, Func<Socket, T> use)
    {
        try
        {
            return use(Socket ?? throw Unsupported(member));
        }
        catch (ObjectDisposedException exception)
        {
            throw new ConnectionException(CloseReason?.Error ?? ConnectionError.Closed, $"{member} is not to be had any more: the connection {this} has ended.", RemoteEndPoint, exception);
        }
        catch (SocketException exception)
        {
            throw new ConnectionException(exception.ToConnectionError(), $"The system refuses {member} on {this}: {exception.Message.TrimEnd('.')}.", RemoteEndPoint, exception);
        }
    }

    private static bool Done(Action<Socket> use, Socket socket)
    {
        use(socket);
        return true;
    }

    private NotSupportedException Unsupported(string member) => new($"{member} is not supported by the connection {this}: it has {Capabilities}.");
}

namespace Net.Async;

/// <summary>What only a TCP connection has: the options of its socket, to read and to change while it is open.</summary>
public sealed class TcpFeature : SocketFeature
{
    internal TcpFeature(ConnectionLifetime lifetime)
        : base(lifetime)
    {
    }

    /// <summary>Sends small segments at once (TCP_NODELAY) instead of waiting for more.</summary>
    /// <exception cref="ConnectionException">The connection has ended.</exception>
    public bool NoDelay
    {
        get => Use(nameof(NoDelay), static socket => socket.NoDelay);
        set => Use(nameof(NoDelay), socket => socket.NoDelay = value);
    }

    /// <summary>The type of service of sent packets (IP_TOS, IPV6_TCLASS), 0 to 255. The kernel may keep its own value in the two lowest bits.</summary>
    /// <exception cref="ConnectionException">The connection has ended.</exception>
    public byte TypeOfService
    {
        get => Use(nameof(TypeOfService), TcpSocketOptions.GetTypeOfService);
        set => Use(nameof(TypeOfService), socket => TcpSocketOptions.SetTypeOfService(socket, value));
    }

    /// <summary>How long sent data may stay unacknowledged before the connection fails (TCP_USER_TIMEOUT, RFC 5482).</summary>
    /// <value>Null is the system's, about 15 minutes; 1 ms to one day. <see cref="Timeout.InfiniteTimeSpan"/> is null.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside its bounds.</exception>
    /// <exception cref="NotSupportedException">The system is not Linux.</exception>
    /// <exception cref="ConnectionException">The connection has ended.</exception>
    public TimeSpan? UserTimeout
    {
        get => Use(nameof(UserTimeout), TcpSocketOptions.GetUserTimeout) is var time && time > TimeSpan.Zero ? time : null;
        set
        {
            var time = TimeBounds.Check(value, nameof(UserTimeout));
            Use(nameof(UserTimeout), socket => TcpSocketOptions.SetUserTimeout(socket, time ?? TimeSpan.Zero));
        }
    }

    /// <summary>Sends probes to an idle peer, or stops them. A value that is null in the argument stays as it is.</summary>
    /// <param name="keepAlive">Null stops the probes.</param>
    /// <exception cref="ConnectionException">The connection has ended.</exception>
    public void SetKeepAlive(KeepAlive? keepAlive) => Use(nameof(SetKeepAlive), socket => TcpSocketOptions.SetKeepAlive(socket, keepAlive));

    /// <summary>Sends probes to an idle peer.</summary>
    /// <param name="delay">As <see cref="KeepAlive.Delay"/>.</param>
    /// <param name="interval">As <see cref="KeepAlive.Interval"/>.</param>
    /// <param name="count">As <see cref="KeepAlive.Count"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its bounds.</exception>
    /// <exception cref="ConnectionException">The connection has ended.</exception>
    public void SetKeepAlive(TimeSpan delay, TimeSpan? interval = null, int? count = null) =>
        SetKeepAlive(new KeepAlive { Delay = delay, Interval = interval, Count = count });
}

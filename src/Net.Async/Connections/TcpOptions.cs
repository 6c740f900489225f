namespace Net.Async;

/// <summary>What is set on the socket of a TCP connection. It has no effect on other transports. Every value is checked where it is set.</summary>
public sealed record TcpOptions
{
    /// <summary>Sets the defaults.</summary>
    public TcpOptions()
    {
    }

    private TcpOptions(TcpOptions other) =>
        (NoDelay, KeepAlive, TypeOfService, UserTimeout) = (other.NoDelay, other.KeepAlive, other.TypeOfService, other.UserTimeout);

    /// <summary>Sends small segments at once (TCP_NODELAY) instead of waiting for more.</summary>
    /// <value>Default: true.</value>
    public bool NoDelay { get; set; } = true;

    /// <summary>Probes to an idle peer (SO_KEEPALIVE).</summary>
    /// <value>Default: null, off. The value is copied when it is set.</value>
    public KeepAlive? KeepAlive { get; set => field = value is null ? null : value with { }; }

    /// <summary>The type of service of sent packets (IP_TOS, IPV6_TCLASS). The kernel may keep its own value in the two lowest bits.</summary>
    /// <value>Default: null, the system's; 0 to 255.</value>
    public byte? TypeOfService { get; set; }

    /// <summary>How long sent data may stay unacknowledged before the connection fails (TCP_USER_TIMEOUT, RFC 5482); Linux only.</summary>
    /// <value>Default: null, the system's (about 15 min); 1 ms to one day. <see cref="Timeout.InfiniteTimeSpan"/> is null.</value>
    public TimeSpan? UserTimeout { get; set => field = TimeBounds.Check(value, nameof(UserTimeout)); }
}

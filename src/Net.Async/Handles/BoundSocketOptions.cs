namespace Net.Async;

/// <summary>How a <see cref="BoundSocket"/> is bound.</summary>
public sealed record BoundSocketOptions
{
    /// <summary>The defaults, a new object each time: one that a configuration is bound to is shared with no other.</summary>
    public static BoundSocketOptions Default => new();

    /// <summary>IPv6 "any" leaves IPv4 alone (IPV6_V6ONLY).</summary>
    /// <value>Default: false.</value>
    public bool IPv6Only { get; init; }

    /// <summary>Where the socket may connect to: asked before it connects, and once more of the connected peer. Peers that it accepts are judged by <see cref="ServerOptions.Policy"/>.</summary>
    /// <value>Default: <see cref="ConnectionPolicy.AllowAll"/>.</value>
    public ConnectionPolicy Policy { get; init => field = value ?? throw new ArgumentNullException(nameof(Policy)); } = ConnectionPolicy.AllowAll;

    /// <summary>Several sockets may be bound to the port, and the kernel shares the clients out among those that listen (SO_REUSEPORT); all of them must ask for it. Linux.</summary>
    /// <value>Default: false.</value>
    public bool ReusePort { get; init; }
}

namespace Net.Async;

/// <summary>How a <see cref="BoundSocket"/> is bound.</summary>
public sealed record BoundSocketOptions
{
    /// <summary>A socket bound to the IPv6 wildcard address accepts IPv6 clients only (IPV6_V6ONLY).</summary>
    /// <value>Default: false.</value>
    public bool IPv6Only { get; set; }

    /// <summary>Where the socket may connect to: asked before it connects, and once more of the connected peer. Peers that it accepts are judged by <see cref="ServerOptions.Policy"/>.</summary>
    /// <value>Default: <see cref="ConnectionPolicy.AllowAll"/>.</value>
    public ConnectionPolicy Policy { get; set => field = value ?? throw new ArgumentNullException(nameof(Policy)); } = ConnectionPolicy.AllowAll;

    /// <summary>Several sockets may be bound to the port, and the kernel shares the clients out among those that listen (SO_REUSEPORT); all of them must ask for it. Linux.</summary>
    /// <value>Default: false.</value>
    public bool ReusePort { get; set; }
}

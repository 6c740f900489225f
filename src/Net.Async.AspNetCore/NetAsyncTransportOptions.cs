using System.Net;

namespace Net.Async;

/// <summary>How Kestrel listens and connects on the transport of Net.Async. Every value is checked where it is set.</summary>
/// <remarks>The transport copies the options at the first listen or connect: a later change has no effect. A copy made by <c>with</c> has children of its own.</remarks>
public sealed record NetAsyncTransportOptions
{
    /// <summary>Sets the defaults.</summary>
    public NetAsyncTransportOptions()
    {
    }

    private NetAsyncTransportOptions(NetAsyncTransportOptions other) => (Server, Connect, Bind) = (other.Server, other.Connect, other.Bind);

    /// <summary>What every end point listens with: the policy of its clients, limits, upgrades, the observer, socket options.</summary>
    /// <remarks>
    /// What Kestrel decides by itself is set by the transport: <see cref="BufferOptions.PauseWriterThreshold"/> is Kestrel's <c>MaxResponseBufferSize</c>, and
    /// <see cref="BufferOptions.MaxUnflushedBytes"/> and <see cref="BufferOptions.MaxUnconsumedBytes"/> are without a bound, as in a <see cref="System.IO.Pipelines.Pipe"/>: Kestrel has limits of its own for both.
    /// </remarks>
    /// <value>Never null. The value is copied when it is set.</value>
    public ServerOptions Server
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value, nameof(Server));
            field = value with { };
        }
    } = new();

    /// <summary>What connections from here are made with: racing, the policy of their addresses, socket options. For code that uses <see cref="Microsoft.AspNetCore.Connections.IConnectionFactory"/>.</summary>
    /// <value>Never null. The value is copied when it is set.</value>
    public HappyEyeballsOptions Connect
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value, nameof(Connect));
            field = value with { };
        }
    } = new();

    /// <summary>Makes the listener of an end point, so that Kestrel runs over a transport of your own, a network in memory for example.</summary>
    /// <remarks>It returns a listener that is bound and not started, or null for an end point that the transport binds itself. With it the transport takes end points of every kind.</remarks>
    /// <value>Default: null, for sockets.</value>
    public Func<EndPoint, TransportListener?>? Bind { get; set; }
}

namespace Net.Async;

/// <summary>What a server starts with. Every value is checked where it is set.</summary>
/// <remarks>A listen or a bind copies the options: a later change has no effect on the server. A copy made by <c>with</c> has children of its own.</remarks>
public sealed record ServerOptions
{
    /// <summary>Sets the defaults.</summary>
    public ServerOptions()
    {
    }

    private ServerOptions(ServerOptions other)
    {
        (Listener, Connection, Limits, Upgrade, Stop) = (other.Listener, other.Connection, other.Limits, other.Upgrade, other.Stop);
        (MaxConnections, MaxHandlers, Policy, DenyWithReset) = (other.MaxConnections, other.MaxHandlers, other.Policy, other.DenyWithReset);
        (Observer, OnDropped, OnError) = (other.Observer, other.OnDropped, other.OnError);
    }

    /// <summary>
    /// Options for a server that faces the public, a new object each time: 10,000 connections, clients beyond them are dropped, with <see cref="ServerLimits.Public"/>
    /// and <see cref="ConnectionLimits.Public()"/>.
    /// </summary>
    public static ServerOptions Public() => new()
    {
        MaxConnections = 10_000,
        Limits = ServerLimits.Public(),
        Connection = { Limits = ConnectionLimits.Public() },
    };

    /// <summary>How the addresses are bound and listened on.</summary>
    /// <value>Never null. The value is copied when it is set.</value>
    public ListenerOptions Listener { get; set => field = Required.Value(value) with { }; } = new();

    /// <summary>What every accepted connection starts with.</summary>
    /// <value>Never null. The value is copied when it is set.</value>
    public ConnectionOptions Connection { get; set => field = Required.Value(value) with { }; } = new();

    /// <summary>The limits of a server that faces the public, and what happens to clients beyond one of them.</summary>
    /// <value>Default: none. Never null. The value is copied when it is set.</value>
    public ServerLimits Limits { get; set => field = Required.Value(value) with { }; } = new();

    /// <summary>What is done with a client's stream before its connection is made, a TLS handshake for example.</summary>
    /// <value>Default: nothing. Never null. The value is copied when it is set.</value>
    public UpgradeOptions Upgrade { get; set => field = Required.Value(value) with { }; } = new();

    /// <summary>When the server stops, and how long it waits.</summary>
    /// <value>Never null. The value is copied when it is set.</value>
    public StopOptions Stop { get; set => field = Required.Value(value) with { }; } = new();

    /// <summary>How many connections there may be at a time; <see cref="Server.MaxConnections"/> changes it later.</summary>
    /// <value>Default: null, no limit; 0 accepts no client.</value>
    public int? MaxConnections { get; set => field = CheckLimit(value, nameof(MaxConnections)); }

    /// <summary>How many handlers <see cref="Server.ServeAsync(Func{Connection, CancellationToken, Task}, CancellationToken)"/> runs at a time; at the bound it stops accepting and clients wait in the kernel.</summary>
    /// <value>Default: 10,000; at least 1.</value>
    public int MaxHandlers
    {
        get;
        set => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(MaxHandlers), value, $"{nameof(MaxHandlers)} must be at least 1.");
    } = 10_000;

    /// <summary>Which peers may connect: asked for each before anything is made for it. A denied one is closed, counted (<see cref="Server.Denied"/>) and reported to the <see cref="Observer"/>.</summary>
    /// <remarks>IPv4 peers of a dual-stack listener are judged as IPv4; peers of a Unix socket or a pipe by the path or name that they connected to. A change of a list applies to the next peer.</remarks>
    /// <value>Default: <see cref="ConnectionPolicy.AllowAll"/>.</value>
    public ConnectionPolicy Policy { get; set => field = Required.Value(value); } = ConnectionPolicy.AllowAll;

    /// <summary>Resets denied peers, where the transport can, instead of closing: the kernel forgets them at once.</summary>
    /// <value>Default: false.</value>
    public bool DenyWithReset { get; set; }

    /// <summary>Gets everything that happens at the server.</summary>
    /// <value>Default: null.</value>
    public ServerObserver? Observer { get; set; }

    /// <summary>Called for every client that was dropped because a limit of the server was reached, while its address accepts no other. It must not throw; an exception is reported to the event source.</summary>
    /// <value>Default: null.</value>
    public Action<DroppedConnection>? OnDropped { get; set; }

    /// <summary>Gets the exception of every handler that failed. It must not throw; an exception is reported to the event source.</summary>
    /// <value>Default: null. Where there is no <see cref="Observer"/> either, the exception is written to standard error: each kind of exception once a second. The event source (<see cref="DiagnosticNames.EventSource"/>) has it in any case.</value>
    public Action<Connection, Exception>? OnError { get; set; }

    internal ListenSettings ToListenSettings() => new(Connection.ToSettings(), Listener.DualStack)
    {
        ReuseAddress = Listener.ReuseAddress,
        ReusePort = Listener.ReusePort,
        FileMode = Listener.UnixFileMode,
        ReplaceStaleSocket = Listener.ReplaceStaleSocket,
    };

    internal static int? CheckLimit(int? value, string name) => value is null or >= 0
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be null for no limit, or at least 0.");
}

using System.Runtime.CompilerServices;

namespace Net.Async;

/// <summary>What a server starts with. Copy with <c>with</c>; every value is checked where it is set.</summary>
public sealed partial record ServerOptions
{
    /// <summary>The defaults, a new object each time: one that a configuration is bound to is shared with no other.</summary>
    public static ServerOptions Default => new();

    /// <summary>
    /// Options for a server that faces the public, a new object each time: 10,000 connections, clients beyond them are dropped, with <see cref="ServerLimits.Public"/>
    /// and <see cref="ConnectionLimits.Public()"/>. Change them with <c>with</c>.
    /// </summary>
    public static ServerOptions Public() => new()
    {
        MaxConnections = 10_000,
        Limits = ServerLimits.Public(),
        Connection = new ConnectionOptions { Limits = ConnectionLimits.Public() },
    };

    /// <summary>How many connections may wait in the kernel to be accepted; the kernel may cap it (<c>net.core.somaxconn</c>).</summary>
    /// <value>Default: 511; at least 1.</value>
    public int Backlog { get; init => field = CheckCount(value); } = 511;

    /// <summary>How many handlers <see cref="Server.ServeAsync"/> runs at a time; at the bound it stops accepting and clients wait in the kernel.</summary>
    /// <value>Default: 10,000; at least 1.</value>
    public int MaxHandlers { get; init => field = CheckCount(value); } = 10_000;

    /// <summary>How long a dispose, or a stop without a deadline of its own, lets connections finish before it aborts them.</summary>
    /// <value>Default: 5 s; 1 ms to one day.</value>
    public TimeSpan StopTimeout { get; init => field = TimeBounds.Check(value, nameof(StopTimeout)); } = TimeSpan.FromSeconds(5);

    /// <summary>Stops the server when it is cancelled, as a stop within <see cref="StopTimeout"/> does. Cancelled already, it makes the listen throw before anything is bound.</summary>
    /// <value>Default: none.</value>
    public CancellationToken StopToken { get; init; }

    /// <summary>Keeps the process alive from the start to the stop; <see cref="Server.KeepProcessAlive"/> changes it later.</summary>
    /// <value>Default: false: the process ends with its last foreground thread, whoever listens.</value>
    public bool KeepProcessAlive { get; init; }

    /// <summary>Which peers may connect: asked of each before anything is made for it. A denied one is closed, counted (<see cref="Server.Denied"/>) and told to the <see cref="Observer"/>.</summary>
    /// <remarks>IPv4 peers of a dual-stack listener are judged as IPv4; peers of a Unix socket or a pipe by the path or name that they connected to. A list that changes counts from the next peer on.</remarks>
    /// <value>Default: <see cref="ConnectionPolicy.AllowAll"/>.</value>
    public ConnectionPolicy Policy { get; init => field = value ?? throw new ArgumentNullException(nameof(Policy)); } = ConnectionPolicy.AllowAll;

    /// <summary>Resets denied peers, where the transport can, instead of closing: they are gone from the kernel's tables at once.</summary>
    /// <value>Default: false.</value>
    public bool ResetDenied { get; init; }

    /// <summary>Gets the exception of every handler that failed. It must not throw; if it does, the event source hears of that.</summary>
    /// <value>Default: null. Where there is no <see cref="Observer"/> either, the exception is written to standard error: each kind of exception once a second. The event source (<see cref="DiagnosticNames.EventSource"/>) has it in any case.</value>
    public Action<Connection, Exception>? OnError { get; init; }

    /// <summary>Hears everything that happens at the server.</summary>
    /// <value>Default: null.</value>
    public ServerObserver? Observer { get; init; }

    /// <summary>What becomes of a client's stream before its connection is made, a TLS handshake for example.</summary>
    /// <value>Default: nothing. What is set is copied.</value>
    public UpgradeOptions Upgrade { get; init => field = value is null ? throw new ArgumentNullException(nameof(Upgrade)) : value with { }; } = new();

    /// <summary>The limits of a server that faces the public.</summary>
    /// <value>Default: none. What is set is copied.</value>
    public ServerLimits Limits { get; init => field = value is null ? throw new ArgumentNullException(nameof(Limits)) : value with { }; } = new();

    /// <summary>What every accepted connection starts with.</summary>
    /// <value>Default: <see cref="ConnectionOptions.Default"/>. What is set is copied.</value>
    public ConnectionOptions Connection { get; init => field = value?.Copy() ?? throw new ArgumentNullException(nameof(Connection)); } = new();

    private static int CheckCount(int value, [CallerMemberName] string name = "") => value >= 1
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} is at least 1.");
}

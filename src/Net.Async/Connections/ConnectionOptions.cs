using System.Buffers;

namespace Net.Async;

/// <summary>What a connection starts with. Copy with <c>with</c>; every value is checked where it is set.</summary>
public sealed record ConnectionOptions
{
    /// <summary>The defaults, a new object each time: one that a configuration is bound to is shared with no other.</summary>
    public static ConnectionOptions Default => new();

    /// <summary>Sends small segments at once (TCP_NODELAY) instead of waiting for more.</summary>
    /// <value>Default: true.</value>
    public bool NoDelay { get; init; } = true;

    /// <summary>Probes to an idle peer; TCP only.</summary>
    /// <value>Default: null, off. What is set is copied.</value>
    public KeepAlive? KeepAlive { get; init => field = value is null ? null : value with { }; }

    /// <summary>The type of service of sent packets (IP_TOS, IPV6_TCLASS); the kernel may keep its two lowest bits; TCP only.</summary>
    /// <value>Default: null, the system's; 0 to 255.</value>
    public byte? TypeOfService { get; init; }

    /// <summary>How long sent data may stay unacknowledged before the connection is over (TCP_USER_TIMEOUT, RFC 5482); TCP on Linux only.</summary>
    /// <value>Default: null, the system's (about 15 min); 1 ms to one day.</value>
    public TimeSpan? UserTimeout { get; init => field = TimeBounds.Check(value, nameof(UserTimeout)); }

    /// <summary>The kernel's receive buffer (SO_RCVBUF): fixed, where the kernel would grow it. Linux doubles what is asked for, and caps it.</summary>
    /// <value>Default: null, the kernel adapts it; at least 1 KiB.</value>
    public int? ReceiveBufferSize { get; init => field = CheckBuffer(value, nameof(ReceiveBufferSize)); }

    /// <summary>The kernel's send buffer (SO_SNDBUF): fixed, where the kernel would grow it. Linux doubles what is asked for, and caps it.</summary>
    /// <value>Default: null, the kernel adapts it; at least 1 KiB.</value>
    public int? SendBufferSize { get; init => field = CheckBuffer(value, nameof(SendBufferSize)); }

    /// <summary>Leaves the output open when the peer ends its own; false ends it too, once everything written is flushed.</summary>
    /// <value>Default: true.</value>
    public bool AllowHalfOpen { get; init; } = true;

    /// <summary>How long an orderly close may take before it becomes an abort.</summary>
    /// <value>Default: 5 s; 1 ms to one day.</value>
    public TimeSpan CloseTimeout { get; init => field = TimeBounds.Check(value, nameof(CloseTimeout)); } = TimeSpan.FromSeconds(5);

    /// <summary>How long a close reads and discards what the peer still sends, so that its answer is not destroyed by a reset.</summary>
    /// <value>Default: 1 s; 1 ms to one day.</value>
    public TimeSpan DrainTimeout { get; init => field = TimeBounds.Check(value, nameof(DrainTimeout)); } = TimeSpan.FromSeconds(1);

    /// <summary>How many bytes a close reads and discards at most.</summary>
    /// <value>Default: 1 MiB; 0 and more.</value>
    public long DrainLimit { get; init => field = CheckSize(value, 0, nameof(DrainLimit)); } = 1024 * 1024;

    /// <summary>How many bytes may be written and not yet taken by the kernel; a write beyond it throws <see cref="InvalidOperationException"/>.</summary>
    /// <value>Default: 16 MiB; at least 64 KiB.</value>
    public long MaxUnflushedBytes { get; init => field = CheckSize(value, 65536, nameof(MaxUnflushedBytes)); } = 16 * 1024 * 1024;

    /// <summary>How much <see cref="Connection.Outbox"/> holds, and what it does when it is full.</summary>
    /// <value>Default: 1 MiB, and then the connection is aborted. What is set is copied.</value>
    public OutboxOptions Outbox { get; init => field = (value ?? throw new ArgumentNullException(nameof(Outbox))) with { }; } = new();

    /// <summary>How many bytes a reader may examine without consuming; a read beyond it throws <see cref="InvalidOperationException"/>.</summary>
    /// <value>Default: 16 MiB; at least 64 KiB.</value>
    public long MaxUnconsumedBytes { get; init => field = CheckSize(value, 65536, nameof(MaxUnconsumedBytes)); } = 16 * 1024 * 1024;

    /// <summary>What <see cref="Connection.IdlePeriod"/> starts with.</summary>
    /// <value>Default: null, none; 1 ms to one day.</value>
    public TimeSpan? IdlePeriod { get; init => field = TimeBounds.Check(value, nameof(IdlePeriod)); }

    /// <summary>What <see cref="Connection.ReadTimeout"/> starts with.</summary>
    /// <value>Default: null, none; 1 ms to one day.</value>
    public TimeSpan? ReadTimeout { get; init => field = TimeBounds.Check(value, nameof(ReadTimeout)); }

    /// <summary>When a connection ends by itself because its peer is silent or slow.</summary>
    /// <value>Default: a new object, all off; <see cref="ConnectionLimits.Public()"/> is for servers that face the public. What is set is copied.</value>
    public ConnectionLimits Limits { get; init => field = value?.Copy() ?? throw new ArgumentNullException(nameof(Limits)); } = new();

    /// <summary>Aborts the connection when it is cancelled, at any time: while it is being connected, open, or half closed.</summary>
    /// <value>Default: a token that is never cancelled. Cancelled already, a connect throws at once, and an accepted connection is aborted at once.</value>
    public CancellationToken Lifetime { get; init; }

    /// <summary>Receives although nobody reads, for hosts that must see bytes and resets early.</summary>
    /// <value>Default: false.</value>
    public bool ReadAhead { get; init; }

    /// <summary>How many bytes are received ahead of the reader when <see cref="ReadAhead"/> is on.</summary>
    /// <value>Default: 64 KiB; at least 4 KiB.</value>
    public long ReadAheadLimit { get; init => field = CheckSize(value, 4096, nameof(ReadAheadLimit)); } = 65536;

    /// <summary>Named pipes: only processes of the same user may be at the other end.</summary>
    /// <value>Default: true.</value>
    public bool CurrentUserOnly { get; init; } = true;

    /// <summary>Where the code runs that waited for the connection.</summary>
    /// <value>Default: <see cref="ConnectionScheduling.EngineDefault"/>.</value>
    public ConnectionScheduling Scheduling
    {
        get;
        init => field = value is >= ConnectionScheduling.EngineDefault and <= ConnectionScheduling.ThreadPool
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Scheduling), value, "Scheduling is EngineDefault, Inline or ThreadPool.");
    }

    /// <summary>Where the pipes rent their blocks.</summary>
    /// <value>Default: null, for the library's own pool of the process.</value>
    public MemoryPool<byte>? MemoryPool { get; init; }

    /// <summary>The clock for every time limit.</summary>
    /// <value>Default: the system's.</value>
    public TimeProvider TimeProvider { get; init => field = value ?? throw new ArgumentNullException(nameof(TimeProvider)); } = TimeProvider.System;

    /// <summary>Wraps the transport of every connection made with these options, connected or accepted, before anything is sent or received.</summary>
    /// <value>
    /// Default: null, for none. It gets the connected transport and returns one that stands for it, and must not throw or return null: that fails the connect; a server resets the client and tells the event source.
    /// A bare socket (<see cref="HappyEyeballsConnector.ConnectSocketAsync"/>, or one passed to another process) is not wrapped.
    /// </value>
    public Func<TransportStream, TransportStream>? Decorate { get; init; }

    /// <summary>A total for the unsent bytes of all connections that share it: a server's. Null for none.</summary>
    internal OutputBudget? OutputBudget { get; init; }

    /// <summary>Who makes and accepts the connection. Options are what every connect and every listen gets: another engine than the process's travels in them.</summary>
    internal IoEngine Engine { get => field ?? IoEngine.Default; init; }

    /// <summary>A copy down to the children: setting one copies it.</summary>
    internal ConnectionOptions Copy() => this with { KeepAlive = KeepAlive, Outbox = Outbox, Limits = Limits };

    /// <summary>The stream as the connection is to use it.</summary>
    internal TransportStream Decorated(TransportStream stream)
    {
        if (Decorate is not { } decorate)
            return stream;
        try
        {
            return decorate(stream) ?? throw new InvalidOperationException($"{nameof(Decorate)} returned null instead of a transport.");
        }
        catch
        {
            stream.Reset();
            throw;
        }
    }

    internal MemoryPool<byte> Pool => MemoryPool ?? BlockPool.Shared;

    internal IoSettings ToSettings() => new(new SocketTuning(NoDelay, KeepAlive, TypeOfService, UserTimeout, ReceiveBufferSize, SendBufferSize), CurrentUserOnly) { Time = TimeProvider };

    internal static int? CheckBuffer(int? value, string name) => value is null or >= 1024
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} is at least 1024 bytes.");

    private static long CheckSize(long value, long least, string name) => value >= least
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} is at least {least} bytes.");
}

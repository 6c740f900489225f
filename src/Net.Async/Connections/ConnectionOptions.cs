namespace Net.Async;

/// <summary>What a connection starts with. Every value is checked where it is set.</summary>
/// <remarks>A connect, a listen or a connector copies the options: a later change has no effect on it. A copy made by <c>with</c> has children of its own.</remarks>
public sealed record ConnectionOptions
{
    private readonly IoEngine? _engine;

    /// <summary>Sets the defaults.</summary>
    public ConnectionOptions()
    {
    }

    private ConnectionOptions(ConnectionOptions other)
    {
        (Tcp, Buffers, Close, Outbox, Limits) = (other.Tcp, other.Buffers, other.Close, other.Outbox, other.Limits);
        (ReadTimeout, IdlePeriod, AbortToken, CurrentUserOnly) = (other.ReadTimeout, other.IdlePeriod, other.AbortToken, other.CurrentUserOnly);
        (Scheduling, TimeProvider, Decorate) = (other.Scheduling, other.TimeProvider, other.Decorate);
        (OutputBudget, _engine) = (other.OutputBudget, other._engine);
    }

    /// <summary>What is set on the socket of a TCP connection.</summary>
    /// <value>Never null. The value is copied when it is set.</value>
    public TcpOptions Tcp { get; set => field = Required.Value(value) with { }; } = new();

    /// <summary>How much memory the connection may use.</summary>
    /// <value>Never null. The value is copied when it is set.</value>
    public BufferOptions Buffers { get; set => field = Required.Value(value) with { }; } = new();

    /// <summary>How the two directions end, and how long a close may take.</summary>
    /// <value>Never null. The value is copied when it is set.</value>
    public CloseOptions Close { get; set => field = Required.Value(value) with { }; } = new();

    /// <summary>How much <see cref="Connection.Outbox"/> holds, and what it does when it is full.</summary>
    /// <value>Default: 1 MiB, and then the connection is aborted. Never null. The value is copied when it is set.</value>
    public OutboxOptions Outbox { get; set => field = Required.Value(value) with { }; } = new();

    /// <summary>When a connection ends by itself because its peer is silent or slow.</summary>
    /// <value>Default: all off; <see cref="ConnectionLimits.Public()"/> is for servers that face the public. Never null. The value is copied when it is set.</value>
    public ConnectionLimits Limits { get; set => field = Required.Value(value) with { }; } = new();

    /// <summary>What <see cref="Connection.ReadTimeout"/> starts with.</summary>
    /// <value>Default: null, none; 1 ms to one day. <see cref="Timeout.InfiniteTimeSpan"/> is null.</value>
    public TimeSpan? ReadTimeout { get; set => field = TimeBounds.Check(value, nameof(ReadTimeout)); }

    /// <summary>What <see cref="Connection.IdlePeriod"/> starts with.</summary>
    /// <value>Default: null, none; 1 ms to one day. <see cref="Timeout.InfiniteTimeSpan"/> is null.</value>
    public TimeSpan? IdlePeriod { get; set => field = TimeBounds.Check(value, nameof(IdlePeriod)); }

    /// <summary>Aborts the connection when it is cancelled, at any time: while it is being connected, open, or half closed.</summary>
    /// <value>Default: a token that is never cancelled. When the token is already cancelled, a connect throws at once, and an accepted connection is aborted at once.</value>
    public CancellationToken AbortToken { get; set; }

    /// <summary>Named pipes: only processes of the same user may be at the other end.</summary>
    /// <value>Default: true.</value>
    public bool CurrentUserOnly { get; set; } = true;

    /// <summary>Where the code runs that waited for the connection.</summary>
    /// <value>Default: <see cref="ConnectionScheduling.EngineDefault"/>.</value>
    public ConnectionScheduling Scheduling
    {
        get;
        set => field = value is >= ConnectionScheduling.EngineDefault and <= ConnectionScheduling.ThreadPool
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Scheduling), value, "Scheduling must be EngineDefault, Inline or ThreadPool.");
    }

    /// <summary>The clock for every time limit.</summary>
    /// <value>Default: the system's.</value>
    public TimeProvider TimeProvider { get; set => field = Required.Value(value); } = TimeProvider.System;

    /// <summary>Wraps the transport of every connection made with these options, connected or accepted, before anything is sent or received.</summary>
    /// <value>
    /// Default: null, for none. It gets the connected transport and returns one that stands for it, and must not throw or return null: that fails the connect; a server resets the client and reports it to the event source.
    /// A bare socket (<see cref="HappyEyeballsConnector.ConnectSocketAsync"/>, or one passed to another process) is not wrapped.
    /// </value>
    public Func<TransportStream, TransportStream>? Decorate { get; set; }

    /// <summary>A total for the unsent bytes of all connections that share it: a server's. Null for none.</summary>
    internal OutputBudget? OutputBudget { get; init; }

    /// <summary>Who makes and accepts the connection. Options are what every connect and every listen gets: another engine than the process's travels in them.</summary>
    internal IoEngine Engine { get => _engine ?? IoEngine.Default; init => _engine = value; }

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

    internal IoSettings ToSettings() =>
        new(new SocketTuning(Tcp.NoDelay, Tcp.KeepAlive, Tcp.TypeOfService, Tcp.UserTimeout, Buffers.ReceiveBufferSize, Buffers.SendBufferSize), CurrentUserOnly) { Time = TimeProvider };
}

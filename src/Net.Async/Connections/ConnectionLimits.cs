namespace Net.Async;

/// <summary>When a connection ends by itself because its peer is silent or slow. Each limit is off until it is set.</summary>
/// <remarks>A connection with a limit has one timer entry, and looks at its counts when that is due: a limit is never early. Pending calls fail with <see cref="ConnectionError.TimedOut"/>.</remarks>
public sealed record ConnectionLimits
{
    /// <summary>Sets the defaults: no limit.</summary>
    public ConnectionLimits()
    {
    }

    private ConnectionLimits(ConnectionLimits other)
    {
        (FirstByteTimeout, IdleTimeout, WriteStallTimeout) = (other.FirstByteTimeout, other.IdleTimeout, other.WriteStallTimeout);
        (MinReceiveRate, MinSendRate, Farewell) = (other.MinReceiveRate, other.MinSendRate, other.Farewell);
    }

    /// <summary>Limits for a server that faces the public, a new object each time.</summary>
    /// <value>
    /// <see cref="FirstByteTimeout"/> 10 s, <see cref="IdleTimeout"/> 2 min, <see cref="MinReceiveRate"/> and <see cref="MinSendRate"/> 240 bytes per second after 5 s,
    /// <see cref="WriteStallTimeout"/> 30 s, no <see cref="Farewell"/>.
    /// </value>
    public static ConnectionLimits Public() => new()
    {
        FirstByteTimeout = TimeSpan.FromSeconds(10),
        IdleTimeout = TimeSpan.FromMinutes(2),
        MinReceiveRate = new(240, TimeSpan.FromSeconds(5)),
        WriteStallTimeout = TimeSpan.FromSeconds(30),
        MinSendRate = new(240, TimeSpan.FromSeconds(5)),
    };

    /// <summary>How long the peer may take to its first byte, from the start of the connection. Then the connection closes in an orderly way.</summary>
    /// <value>Default: null, off; 1 ms to one day.</value>
    /// <remarks>Bytes that wait in the kernel because no code reads count where the transport can look; so does the peer's end. Leave it off where your side speaks first and the peer may stay silent.</remarks>
    public TimeSpan? FirstByteTimeout { get; set => field = TimeBounds.Check(value, nameof(FirstByteTimeout)); }

    /// <summary>How long no byte may move, either way, while nothing waits to be sent. Then the connection closes in an orderly way.</summary>
    /// <value>Default: null, off; 1 ms to one day. The close comes at most an eighth later.</value>
    /// <remarks>A byte counts when the kernel hands it over or takes it: bytes that no code reads are not seen.</remarks>
    public TimeSpan? IdleTimeout { get; set => field = TimeBounds.Check(value, nameof(IdleTimeout)); }

    /// <summary>How fast the rest of a message must come. Then the connection closes in an orderly way.</summary>
    /// <value>Default: null, off. The value is copied when it is set.</value>
    /// <remarks>
    /// Only the time counts in which a read waits although the reader holds bytes that it has examined and not consumed: a part of a message. The average since the first such wait is judged;
    /// consuming begins a new message. A reader that consumes all it gets is never slow.
    /// </remarks>
    public MinDataRate? MinReceiveRate { get; set => field = value is null ? null : value with { }; }

    /// <summary>How long bytes may wait to be sent while the peer takes none. Then the connection is aborted.</summary>
    /// <value>Default: null, off; 1 ms to one day. After a peer that took some, it comes at most once that time later.</value>
    /// <remarks>What is sent over a stream counts in parts of at most 16 KiB, when the stream has taken them.</remarks>
    public TimeSpan? WriteStallTimeout { get; set => field = TimeBounds.Check(value, nameof(WriteStallTimeout)); }

    /// <summary>How fast the peer must take what waits to be sent. Then the connection is aborted.</summary>
    /// <value>Default: null, off. The value is copied when it is set.</value>
    /// <remarks>Only the time counts in which bytes wait. The average since the transport first made them wait is judged, until it takes a whole send at once. For TCP on Linux, what the peer's system has acknowledged counts.</remarks>
    public MinDataRate? MinSendRate { get; set => field = value is null ? null : value with { }; }

    /// <summary>What to say to the peer before a close by <see cref="FirstByteTimeout"/>, <see cref="IdleTimeout"/> or <see cref="MinReceiveRate"/>; empty for nothing.</summary>
    /// <value>Default: null, nothing. At most 1 KiB. It is called once, on the thread pool, and must not throw; else nothing is said, and the event source hears why.</value>
    /// <remarks>It is sent only when nothing else of the output is under way. What the transport does not take at once is lost.</remarks>
    public Func<ConnectionLimitKind, ReadOnlyMemory<byte>>? Farewell { get; set; }

    /// <summary>Whether no limit is set.</summary>
    internal bool IsOff => FirstByteTimeout is null && IdleTimeout is null && MinReceiveRate is null && !MeasuresSending;

    /// <summary>Whether it matters how long sends wait.</summary>
    internal bool MeasuresSending => WriteStallTimeout is not null || MinSendRate is not null;
}

namespace Net.Async;

/// <summary>How the two directions of a connection end, and how long a close may take. Every value is checked where it is set.</summary>
public sealed record CloseOptions
{
    /// <summary>Leaves the output open when the peer ends its own; false ends the output too, once everything written is flushed.</summary>
    /// <value>Default: true.</value>
    public bool AllowHalfOpen { get; set; } = true;

    /// <summary>How long an orderly close may take before it becomes an abort.</summary>
    /// <value>Default: 5 s; 1 ms to one day.</value>
    public TimeSpan Timeout { get; set => field = TimeBounds.Check(value, nameof(Timeout)); } = TimeSpan.FromSeconds(5);

    /// <summary>How long a close reads and discards what the peer still sends, so that a reset does not destroy the answer on its way to the peer.</summary>
    /// <value>Default: 1 s; 1 ms to one day.</value>
    public TimeSpan DrainTimeout { get; set => field = TimeBounds.Check(value, nameof(DrainTimeout)); } = TimeSpan.FromSeconds(1);

    /// <summary>How many bytes a close reads and discards at most.</summary>
    /// <value>Default: 1 MiB; at least 0.</value>
    public long DrainLimit
    {
        get;
        set => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(DrainLimit), value, $"{nameof(DrainLimit)} must be at least 0 bytes.");
    } = 1024 * 1024;

    /// <summary>Has a flush or a write of <see cref="Connection.Output"/> that meets a failed connection return with <see cref="System.IO.Pipelines.FlushResult.IsCompleted"/>, as on a <see cref="System.IO.Pipelines.Pipe"/>, where it would throw: for hosts whose code expects no exception there.</summary>
    /// <value>Default: false.</value>
    public bool FailedFlushCompletes { get; set; }

    /// <summary>Replaces what a call of <see cref="Connection.Input"/> or <see cref="Connection.Output"/> throws when the connection has failed, for hosts whose code expects exceptions of its own.</summary>
    /// <value>Default: null, the exception itself. It must not throw or return null: the exception is then thrown as it is, and what was thrown is reported to the event source.</value>
    public Func<ConnectionException, Exception>? MapException { get; set; }
}

namespace Net.Async;

/// <summary>When a server stops, and how long it waits. Every value is checked where it is set.</summary>
public sealed record StopOptions
{
    /// <summary>How long a dispose, or a stop without a time limit of its own, lets connections finish before it aborts them.</summary>
    /// <value>Default: 5 s; 1 ms to one day.</value>
    public TimeSpan Timeout { get; set => field = TimeBounds.Check(value, nameof(Timeout)); } = TimeSpan.FromSeconds(5);

    /// <summary>Stops the server when it is cancelled, as a stop within <see cref="Timeout"/> does. When it is already cancelled, the listen throws before anything is bound.</summary>
    /// <value>Default: a token that is never cancelled.</value>
    public CancellationToken Token { get; set; }
}

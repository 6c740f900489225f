namespace Net.Async;

/// <summary>How two connections are relayed. Every value is checked where it is set.</summary>
public sealed record RelayOptions
{
    /// <summary>How long no byte may move, on either connection and in either direction. Then both are aborted, and the relay has failed with <see cref="ConnectionError.TimedOut"/>.</summary>
    /// <value>Default: null, off; 1 ms to one day. The end comes at most an eighth later.</value>
    /// <remarks>It also ends a relay whose one direction is over while the other one is silent, and one whose peers take nothing.</remarks>
    public TimeSpan? IdleTimeout { get; set => field = TimeBounds.Check(value, nameof(IdleTimeout)); }

    /// <summary>The clock of the time limit.</summary>
    /// <value>Default: the system's.</value>
    public TimeProvider TimeProvider { get; set => field = Required.Value(value); } = TimeProvider.System;
}

namespace Net.Async;

/// <summary>The cause of an end by a limit: <see cref="CloseReason.Exception"/> has it, and so have the exceptions of pending calls.</summary>
internal sealed class LimitReachedException(ConnectionLimitKind limit, string message) : Exception(message)
{
    /// <summary>Which limit it was.</summary>
    public ConnectionLimitKind Limit => limit;

    /// <summary>What the calls of the connection throw.</summary>
    public ConnectionError Error => limit == ConnectionLimitKind.TotalUnflushed ? ConnectionError.ResourceShortage : ConnectionError.TimedOut;

    /// <summary>Whether the connection closes in an orderly way; otherwise it is aborted.</summary>
    public bool ClosesOrderly => limit is ConnectionLimitKind.FirstByte or ConnectionLimitKind.Idle or ConnectionLimitKind.ReceiveRate;

    /// <summary>Makes the cause of a write that does not fit into the budget.</summary>
    public static LimitReachedException Of(OutputBudget budget) =>
        new(ConnectionLimitKind.TotalUnflushed, $"the unsent bytes of all connections together would pass {budget.Most}");

    /// <summary>Makes the cause, with the name and the value of the limit.</summary>
    public static LimitReachedException Of(ConnectionLimitKind limit, ConnectionLimits limits) => new(limit, limit switch
    {
        ConnectionLimitKind.FirstByte => $"no byte came within {nameof(ConnectionLimits.FirstByteTimeout)}, {limits.FirstByteTimeout}",
        ConnectionLimitKind.Idle => $"no byte moved within {nameof(ConnectionLimits.IdleTimeout)}, {limits.IdleTimeout}",
        ConnectionLimitKind.ReceiveRate => $"the rest of a message came below {nameof(ConnectionLimits.MinReceiveRate)}, {limits.MinReceiveRate}",
        ConnectionLimitKind.WriteStall => $"the peer took no byte within {nameof(ConnectionLimits.WriteStallTimeout)}, {limits.WriteStallTimeout}",
        ConnectionLimitKind.SendRate => $"the peer took bytes below {nameof(ConnectionLimits.MinSendRate)}, {limits.MinSendRate}",
        _ => throw new ArgumentOutOfRangeException(nameof(limit), limit, "It is no limit of a single connection."),
    });
}

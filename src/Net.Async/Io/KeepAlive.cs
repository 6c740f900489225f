namespace Net.Async;

/// <summary>Probes to an idle TCP peer (SO_KEEPALIVE), so that one that is gone is noticed. Each value that is null stays the system's.</summary>
/// <remarks>The system's values on Linux are 2 h, 75 s and 9 (tcp(7)): without a <see cref="Delay"/> a dead peer is noticed after more than two hours.</remarks>
public sealed record KeepAlive
{
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(32767);

    /// <summary>How long the connection is idle before the first probe (TCP_KEEPIDLE); a part of a second counts as a whole one.</summary>
    /// <value>Default: null, the system's; 1 s to 32,767 s.</value>
    public TimeSpan? Delay { get; set => field = Check(value, nameof(Delay)); }

    /// <summary>How long after each probe the next one goes (TCP_KEEPINTVL); a part of a second counts as a whole one.</summary>
    /// <value>Default: null, the system's; 1 s to 32,767 s.</value>
    public TimeSpan? Interval { get; set => field = Check(value, nameof(Interval)); }

    /// <summary>How many probes without an answer end the connection (TCP_KEEPCNT).</summary>
    /// <value>Default: null, the system's; 1 to 127.</value>
    public int? Count
    {
        get;
        set => field = value is null or (>= 1 and <= 127)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Count), value, "Count must be 1 to 127.");
    }

    // Half a second would be no seconds, and no seconds would be the system's two hours.
    private static TimeSpan? Check(TimeSpan? value, string name) => value is null || (value >= TimeSpan.FromSeconds(1) && value <= s_longest)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be 1 s to 32,767 s.");
}

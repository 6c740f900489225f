namespace Net.Async;

/// <summary>What a <see cref="HappyEyeballsConnector"/> remembers between connects. Every value is checked where it is set.</summary>
/// <remarks>Kept for this connector alone, in memory, and dropped when this machine's addresses change. A connector of its own keeps a tenant's history apart.</remarks>
public sealed record OutcomeMemoryOptions
{
    /// <summary>Remembers for each host which family was silent while the other one answered: that one goes second for a while.</summary>
    /// <value>Default: false.</value>
    public bool RememberOutcomes { get; set; }

    /// <summary>Takes the delay of an attempt from the round-trip times that were measured to its address or the network around it, 100 ms to 2 s; <see cref="HappyEyeballsOptions.AttemptDelay"/> applies where nothing is known.</summary>
    /// <value>Default: false.</value>
    public bool AdaptiveDelay { get; set; }

    /// <summary>How long outcomes, round-trip times and found NAT64 prefixes are remembered.</summary>
    /// <value>Default: 10 min; 1 ms to one day.</value>
    public TimeSpan OutcomeLifetime { get; set => field = TimeBounds.Check(value, nameof(OutcomeLifetime)); } = TimeSpan.FromMinutes(10);

    /// <summary>How many hosts, and how many addresses' round-trip times, are remembered. The least recently used ones are dropped first.</summary>
    /// <value>Default: 1024; 1 to 65536.</value>
    public int MaxRememberedHosts { get; set => field = RaceBounds.CheckCount(value, 65536); } = 1024;
}

namespace Net.Async;

/// <summary>What is done with a client's stream after its admission and before its connection is made. Every value is checked where it is set.</summary>
public sealed record UpgradeOptions
{
    /// <summary>Sets the defaults.</summary>
    public UpgradeOptions()
    {
    }

    private UpgradeOptions(UpgradeOptions other) => (Steps, Tls, Timeout, MaxConcurrent) = (other.Steps, other.Tls, other.Timeout, other.MaxConcurrent);

    /// <summary>Serves TLS: every client shakes hands behind the steps, and its connection is encrypted.</summary>
    /// <value>Default: null, bytes as they are. The value is copied when it is set.</value>
    public TlsServerOptions? Tls { get; set => field = value is null ? null : value with { }; }

    /// <summary>The upgrades, in the order in which they run for each client.</summary>
    /// <value>Default: none. The value is copied when it is set.</value>
    /// <exception cref="ArgumentException">One of them is null.</exception>
    public IReadOnlyList<ConnectionUpgrade> Steps { get; set => field = Check(value, nameof(Steps)); } = [];

    /// <summary>How long all upgrades of one client may take together. Then the client is reset.</summary>
    /// <value>Default: 10 s; 1 ms to one day.</value>
    public TimeSpan Timeout { get; set => field = TimeBounds.Check(value, nameof(Timeout)); } = TimeSpan.FromSeconds(10);

    /// <summary>How many clients may be upgraded at a time. Beyond it no client is accepted, and clients wait in the kernel.</summary>
    /// <value>Default: 1,000; at least 1.</value>
    public int MaxConcurrent
    {
        get;
        set => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(MaxConcurrent), value, $"{nameof(MaxConcurrent)} must be at least 1.");
    } = 1000;

    /// <summary>Everything that is done, in its order.</summary>
    internal IReadOnlyList<ConnectionUpgrade> ToSteps(TimeProvider time) => Tls is null ? Steps : [.. Steps, new TlsServerUpgrade(Tls, time)];

    private static ConnectionUpgrade[] Check(IReadOnlyList<ConnectionUpgrade> value, string name)
    {
        ArgumentNullException.ThrowIfNull(value, name);
        for (var i = 0; i < value.Count; i++)
        {
            if (value[i] is null)
                throw new ArgumentException($"{name}[{i}] is null.", name);
        }

        return [.. value];
    }
}

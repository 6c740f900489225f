namespace Net.Async;

/// <summary>What becomes of a client's stream between its admission and its connection. Copy with <c>with</c>; every value is checked where it is set.</summary>
public sealed record UpgradeOptions
{
    /// <summary>The upgrades, in the order in which they run for each client.</summary>
    /// <value>Default: none. What is set is copied.</value>
    /// <exception cref="ArgumentException">One of them is null.</exception>
    public IReadOnlyList<ConnectionUpgrade> Steps { get; init => field = Check(value, nameof(Steps)); } = [];

    /// <summary>How long all upgrades of one client may take together. Then the client is reset.</summary>
    /// <value>Default: 10 s; 1 ms to one day.</value>
    public TimeSpan Timeout { get; init => field = TimeBounds.Check(value, nameof(Timeout)); } = TimeSpan.FromSeconds(10);

    /// <summary>How many clients may be upgraded at a time. Beyond it no client is accepted, and clients wait in the kernel.</summary>
    /// <value>Default: 1,000; at least 1.</value>
    public int MaxConcurrent
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(MaxConcurrent), value, $"{nameof(MaxConcurrent)} is at least 1.");
    } = 1000;

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

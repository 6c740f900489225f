using System.Net.Sockets;

namespace Net.Async.Namespaces;

/// <summary>The options of the connector that a scenario can set: those that a line of JSON can say. One more is a property and a line below.</summary>
public sealed record RaceOptions
{
    private static readonly HappyEyeballsOptions s_default = HappyEyeballsOptions.Default;

    public TimeSpan ResolutionDelay { get; init; } = s_default.ResolutionDelay;

    public TimeSpan AttemptDelay { get; init; } = s_default.AttemptDelay;

    public int FirstAddressFamilyCount { get; init; } = s_default.FirstAddressFamilyCount;

    public AddressFamily PreferredFamily { get; init; } = s_default.PreferredFamily;

    public AddressFamily Family { get; init; } = s_default.Family;

    public int MaxConcurrentAttempts { get; init; } = s_default.MaxConcurrentAttempts;

    public int MaxAddresses { get; init; } = s_default.MaxAddresses;

    public TimeSpan ConnectTimeout { get; init; } = s_default.ConnectTimeout;

    public HappyEyeballsOptions ToOptions() => new()
    {
        ResolutionDelay = ResolutionDelay,
        AttemptDelay = AttemptDelay,
        FirstAddressFamilyCount = FirstAddressFamilyCount,
        PreferredFamily = PreferredFamily,
        Family = Family,
        MaxConcurrentAttempts = MaxConcurrentAttempts,
        MaxAddresses = MaxAddresses,
        ConnectTimeout = ConnectTimeout,
    };
}

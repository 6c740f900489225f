using System.Net;
using System.Net.Sockets;

namespace Net.Async.Namespaces;

/// <summary>The options of the connector that a scenario can set: those that a line of JSON can say. One more is a property and a line below.</summary>
public sealed record RaceOptions
{
    private static readonly HappyEyeballsOptions s_default = new HappyEyeballsOptions();

    public TimeSpan ResolutionDelay { get; init; } = s_default.ResolutionDelay;

    public TimeSpan AttemptDelay { get; init; } = s_default.AttemptDelay;

    public int FirstAddressFamilyCount { get; init; } = s_default.Addresses.FirstAddressFamilyCount;

    public AddressFamily PreferredFamily { get; init; } = s_default.Addresses.PreferredFamily;

    public AddressFamily Family { get; init; } = s_default.Addresses.Family;

    public int MaxConcurrentAttempts { get; init; } = s_default.MaxConcurrentAttempts;

    public int MaxAddresses { get; init; } = s_default.Addresses.MaxAddresses;

    public TimeSpan ConnectTimeout { get; init; } = s_default.ConnectTimeout;

    public bool Sequential { get; init; }

    public IReadOnlyList<string> LocalAddresses { get; init; } = [];

    public IReadOnlyList<string> Nat64Prefixes { get; init; } = [];

    /// <summary>Addresses that the policy denies.</summary>
    public IReadOnlyList<string> Denied { get; init; } = [];

    public HappyEyeballsOptions ToOptions() => new()
    {
        MaxConcurrentAttempts = Sequential ? 1 : MaxConcurrentAttempts,
        Addresses = { LocalAddresses = [.. LocalAddresses.Select(IPAddress.Parse)], Nat64Prefixes = [.. Nat64Prefixes.Select(static prefix => IPNetwork.Parse(prefix))], FirstAddressFamilyCount = FirstAddressFamilyCount, PreferredFamily = PreferredFamily, Family = Family, MaxAddresses = MaxAddresses },
        Policy = Denied.Count == 0 ? ConnectionPolicy.AllowAll : new DenyingPolicy([.. Denied.Select(IPAddress.Parse)]),
        ResolutionDelay = ResolutionDelay,
        AttemptDelay = AttemptDelay,
        ConnectTimeout = ConnectTimeout,
    };
}

/// <summary>Denies single addresses.</summary>
internal sealed class DenyingPolicy(IReadOnlyCollection<IPAddress> denied) : ConnectionPolicy
{
    public override PolicyDecision Evaluate(in ConnectionCandidate candidate) =>
        candidate.EndPoint is IPEndPoint ip && denied.Contains(ip.Address) ? PolicyDecision.Deny($"the list ({ip.Address})") : PolicyDecision.Allow();
}

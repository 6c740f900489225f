using System.Net;

namespace Net.Async.Namespaces;

/// <summary>What the wire does to single addresses, beside what their labels say.</summary>
public sealed record WireRules
{
    /// <summary>The round-trip time of an address in milliseconds, in place of its label's.</summary>
    public IReadOnlyDictionary<string, int> RoundTrip { get; init; } = new Dictionary<string, int>();

    /// <summary>How many SYNs of each connection to an address are lost, in place of what its label says.</summary>
    public IReadOnlyDictionary<string, int> LostSyns { get; init; } = new Dictionary<string, int>();

    public TimeSpan RoundTripOf(IPAddress service) => RoundTrip.TryGetValue(service.ToString(), out var milliseconds) ? TimeSpan.FromMilliseconds(milliseconds)
        : Label.Of(service) is { } label ? Label.RoundTrip(label)
        : TimeSpan.Zero;

    public int LostSynsOf(IPAddress service) => LostSyns.TryGetValue(service.ToString(), out var count) ? count
        : Label.Of(service) is { } label ? Label.LostSyns(label)
        : 0;
}

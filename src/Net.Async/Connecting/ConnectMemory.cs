using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>What a connector keeps between connects: the limits that run, the way to IPv4, and, when asked to, outcomes and round-trip times.</summary>
internal sealed class ConnectMemory
{
    private readonly HappyEyeballsOptions _options;
    private readonly FamilyHealth? _health;
    private readonly RoundTrips? _roundTrips;

    public ConnectMemory(HappyEyeballsOptions options)
    {
        _options = options;
        Connectivity = new Connectivity(options);
        Nat64 = new Nat64(options, Connectivity, options.NetworkEpoch);
        Timers = TimerQueue.Of(options.TimeProvider);
        if (options.Memory.RememberOutcomes)
            _health = new FamilyHealth(Map<(string, int), AddressFamily>());
        if (options.Memory.RememberOutcomes || options.Memory.AdaptiveDelay)
            _roundTrips = new RoundTrips(Map<IPNetwork, RoundTrip>());
    }

    public Connectivity Connectivity { get; }

    public Nat64 Nat64 { get; }

    public TimerQueue Timers { get; }

    /// <summary>Whether a family is worth looking up.</summary>
    public bool IsReachable(AddressFamily family) => Connectivity.Has(family) || (family == AddressFamily.InterNetwork && Nat64.Known.Count > 0);

    public AddressFamily Preferred(DnsEndPoint name) => _health?.Prefer(name.Host, name.Port, _options.Addresses.PreferredFamily) ?? _options.Addresses.PreferredFamily;

    public TimeSpan? RoundTripTo(IPAddress address) => _roundTrips?.To(address);

    public TimeSpan AttemptDelayFor(IPAddress address) =>
        (_options.Memory.AdaptiveDelay ? _roundTrips?.DelayFor(address) : null) ?? _options.AttemptDelay;

    /// <summary>The network that a race is run on; what was learnt on one says nothing of the next.</summary>
    public long Epoch => _roundTrips is null ? 0 : _options.NetworkEpoch();

    /// <summary>Learns from a race that is over.</summary>
    /// <param name="epoch">The network it began on.</param>
    /// <param name="name">Whose addresses they were.</param>
    /// <param name="attempts">All of them.</param>
    /// <param name="winner">The one that won; null when none did.</param>
    public void Learn(long epoch, DnsEndPoint name, IReadOnlyList<RaceAttempt> attempts, RaceAttempt? winner)
    {
        // Health is remembered with round trips only.
        if (_roundTrips is null || epoch != Epoch)
            return;
        foreach (var attempt in attempts)
        {
            if (attempt.Handshake is { } time)
                _roundTrips.Add(((IPEndPoint)attempt.EndPoint).Address, time);
        }

        if (_health is null || winner is null)
            return;
        _health.Answered(name.Host, name.Port, winner.Family);
        foreach (var attempt in attempts)
        {
            if (attempt.Family != winner.Family && attempt.Outcome == ConnectOutcome.NoAnswer && attempt.Handshake is null
                && attempt.Duration >= AttemptDelayFor(((IPEndPoint)attempt.EndPoint).Address))
                _health.WasSilent(name.Host, name.Port, attempt.Family);
        }
    }

    private RecentMap<TKey, TValue> Map<TKey, TValue>()
        where TKey : notnull => new(_options.Memory.MaxRememberedHosts, _options.Memory.OutcomeLifetime, _options.TimeProvider, _options.NetworkEpoch);
}

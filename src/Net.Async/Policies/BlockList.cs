using System.Net;

namespace Net.Async;

/// <summary>Addresses, ranges and subnets that may not connect or be connected to. A set of any size, asked without a lock and without allocating.</summary>
/// <remarks>
/// As a policy it denies the IP addresses that it holds, and allows everything else: Unix sockets and pipes are never held. IPv4-mapped IPv6 (<c>::ffff:a.b.c.d</c>) is IPv4,
/// in rules as in questions; so <c>::/0</c> holds every IPv4 address too. Scopes (<c>fe80::1%eth0</c>) are ignored. All members may be used from many threads at once:
/// a reader sees the list before a change or after it, never in between.
/// </remarks>
public sealed partial class BlockList : ConnectionPolicy
{
    private readonly Lock _writing = new();

    private volatile BlockListSnapshot _snapshot = BlockListSnapshot.Empty(remembersRules: true);

    /// <summary>Whether the list can name, write and remove its rules. False keeps only what they cover together: for feeds of millions, 5 to 8 bytes an IPv4 address instead of 25.</summary>
    /// <value>Default: true. When false, <see cref="Rules"/> and <see cref="Count"/> tell the disjoint intervals that the rules have become.</value>
    public bool RememberRules
    {
        get => _snapshot.RemembersRules;
        init => _snapshot = BlockListSnapshot.Empty(value);
    }

    /// <summary>How many rules there are. The same rule twice is one; one from a preset and the same without are two.</summary>
    public int Count => _snapshot.Count;

    internal BlockListSnapshot Snapshot => _snapshot;

    /// <inheritdoc/>
    /// <returns>Denied with the oldest rule that holds the address, in the words of <see cref="Rules"/>; else allowed.</returns>
    public override PolicyDecision Evaluate(in ConnectionCandidate candidate)
    {
        if (candidate.Required is not IPEndPoint endPoint)
            return PolicyDecision.Allow();
        return _snapshot.Find(AddressBits.Of(endPoint.Address)) is { } match ? PolicyDecision.Deny(match.Rule.ToString(), match.Preset?.Name) : PolicyDecision.Allow();
    }

    /// <summary>Changes the list as one step; a change of nothing is none.</summary>
    private bool Change(Func<BlockListSnapshot, BlockListSnapshot?> change)
    {
        lock (_writing)
        {
            var before = _snapshot;
            _snapshot = change(before) ?? before;
            return _snapshot != before;
        }
    }
}

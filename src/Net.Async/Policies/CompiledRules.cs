using System.Numerics;

namespace Net.Async;

/// <summary>Three lists at one moment as one set: the addresses that are denied, or with nothing allowed by default, those that are allowed.</summary>
internal sealed class CompiledRules
{
    private readonly RulePolicyOptions _options;
    private readonly BlockListSnapshot _always, _allow, _deny;
    private readonly IntervalSet<uint, IPv4Index> _ipv4;
    private readonly IntervalSet<UInt128, IPv6Index> _ipv6;

    public CompiledRules(RulePolicyOptions options)
    {
        _options = options;
        (_always, _allow, _deny) = (options.AlwaysDeny.Snapshot, options.Allow.Snapshot, options.Deny.Snapshot);
        _ipv4 = Compile(_always.IPv4.Set, _allow.IPv4.Set, _deny.IPv4.Set);
        _ipv6 = Compile(_always.IPv6.Set, _allow.IPv6.Set, _deny.IPv6.Set);
    }

    /// <summary>No list has changed since.</summary>
    public bool IsCurrent => ReferenceEquals(_always, _options.AlwaysDeny.Snapshot) && ReferenceEquals(_allow, _options.Allow.Snapshot) && ReferenceEquals(_deny, _options.Deny.Snapshot);

    public PolicyDecision Judge(AddressBits address)
    {
        var isInSet = address.IsIPv4 ? _ipv4.Contains((uint)address.Value) : _ipv6.Contains(address.Value);
        return isInSet != _options.AllowByDefault ? FindAllow(address) ?? PolicyDecision.Allow() : ExplainDenial(address);
    }

    /// <summary>What the rules say of a translator's own address. The default says nothing of it: what decides is the address behind.</summary>
    /// <param name="address">The address.</param>
    /// <param name="named">The prefix, where the policy's options name it: then only a rule that was written for it, or for a part of it, denies.</param>
    public PolicyDecision? JudgeTranslator(AddressBits address, Nat64Prefix? named) =>
        Denial(_always.Find(address)) ?? FindAllow(address) ?? Denial(_deny.FindForTranslator(address.Value, named?.Addresses));

    private PolicyDecision ExplainDenial(AddressBits address) => Denial(_always.Find(address)) ?? Denial(_deny.Find(address)) ?? PolicyDecision.Deny();

    private PolicyDecision? FindAllow(AddressBits address) => _allow.Find(address) is { } match ? PolicyDecision.Allow(match.Rule.ToString(), match.Preset?.Name) : null;

    private static PolicyDecision? Denial(RuleMatch? match) => match is { } rule ? PolicyDecision.Deny(rule.Rule.ToString(), rule.Preset?.Name) : null;

    private IntervalSet<T, TIndex> Compile<T, TIndex>(IntervalSet<T, TIndex> always, IntervalSet<T, TIndex> allow, IntervalSet<T, TIndex> deny)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
        where TIndex : struct, IEdgeIndex<TIndex, T> => IntervalSet<T, TIndex>.OfEdges(_options.AllowByDefault
            ? EdgeList.Combine<T, Union>(always.Edges(), EdgeList.Combine<T, Without>(deny.Edges(), allow.Edges()))
            : EdgeList.Combine<T, Without>(allow.Edges(), always.Edges()));
}

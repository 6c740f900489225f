namespace Net.Async;

/// <summary>Immutable: all that a <see cref="BlockList"/> holds at one moment. A reader that has it needs no lock.</summary>
internal sealed partial class BlockListSnapshot
{
    private readonly IntervalSet<uint, IPv4Index> _ipv4;
    private readonly IntervalSet<UInt128, IPv6Index> _ipv6;

    // The number of the next rule.
    private readonly long _nextSequence;

    private BlockListSnapshot(FamilyRules<uint, IPv4Index> ipv4, FamilyRules<UInt128, IPv6Index> ipv6, long nextSequence)
    {
        (IPv4, IPv6, _nextSequence) = (ipv4, ipv6, nextSequence);
        (_ipv4, _ipv6) = (ipv4.Set, ipv6.Set);
    }

    public FamilyRules<uint, IPv4Index> IPv4 { get; }

    public FamilyRules<UInt128, IPv6Index> IPv6 { get; }

    public bool RemembersRules => IPv4.Book is not null;

    /// <summary>The rules; when they are not remembered, the disjoint intervals that they have become.</summary>
    public int Count => IPv4.Book is { } ipv4 && IPv6.Book is { } ipv6 ? ipv4.Count + ipv6.Count - Shadows().Count : _ipv4.Count + _ipv6.Count;

    /// <summary>The rules; when they are not remembered, as many as were added.</summary>
    public long Given => RemembersRules ? Count : Math.Max(_nextSequence, Count);

    public static BlockListSnapshot Empty(bool remembersRules) => remembersRules
        ? new(FamilyRules<uint, IPv4Index>.Empty, FamilyRules<UInt128, IPv6Index>.Empty, 0)
        : new(FamilyRules<uint, IPv4Index>.Of(IntervalSet<uint, IPv4Index>.Empty), FamilyRules<UInt128, IPv6Index>.Of(IntervalSet<UInt128, IPv6Index>.Empty), 0);

    public bool Contains(uint address) => _ipv4.Contains(address);

    public bool Contains(UInt128 address) => AddressFolding.TryFold(address, out var ipv4) ? _ipv4.Contains(ipv4) : _ipv6.Contains(address);

    public bool Contains(AddressBits address) => address.IsIPv4 ? _ipv4.Contains((uint)address.Value) : Contains(address.Value);

    public BlockListSnapshot Add(IPRule rule, int preset)
    {
        if (rule.IsIPv4)
            return With(IPv4.Add(Rule(rule, preset)), IPv6, 1);
        var interval = new Interval<UInt128>(rule.Start, rule.End);
        var ipv4 = interval.Fold() is { } mapped ? IPv4.Add(Shadow(mapped, preset)) : IPv4;
        return With(ipv4, IPv6.Add(WideRule(rule, preset)), 1);
    }

    public BlockListSnapshot Add(RuleBatch batch)
    {
        var (ipv4, ipv6) = batch.Take(_nextSequence);
        return With(IPv4.Add(ipv4.Array!, ipv4.Count), IPv6.Add(ipv6.Array!, ipv6.Count), batch.Count);
    }

    /// <summary>Without the rule; null when it is not there.</summary>
    public BlockListSnapshot? Remove(IPRule rule, int preset)
    {
        if (rule.IsIPv4)
            return IPv4.Remove(Rule(rule, preset)) is { } ipv4 ? With(ipv4, IPv6, 0) : null;
        if (IPv6.Remove(WideRule(rule, preset)) is not { } ipv6)
            return null;
        var left = With(IPv4, ipv6, 0);
        if (new Interval<UInt128>(rule.Start, rule.End).Fold() is not { } mapped || left.Shadows().Contains((mapped, preset)))
            return left;
        return With(IPv4.Remove(Shadow(mapped, preset))!, ipv6, 0);
    }

    /// <summary>The IPv4 parts of IPv6 rules, as they stand among the IPv4 rules: several rules may have the same.</summary>
    private HashSet<(Interval<uint>, int Preset)> Shadows() =>
        [.. IPv6.Book!.FindOverlapping(AddressFolding.Mapped).Select(static rule => (rule.Interval.Fold()!.Value, rule.Preset))];

    private BlockListSnapshot With(FamilyRules<uint, IPv4Index> ipv4, FamilyRules<UInt128, IPv6Index> ipv6, int added) =>
        ipv4 == IPv4 && ipv6 == IPv6 ? this : new BlockListSnapshot(ipv4, ipv6, _nextSequence + added);

    private Rule<uint> Rule(IPRule rule, int preset) => new(new((uint)rule.Start, (uint)rule.End), rule.Kind, preset, _nextSequence);

    private Rule<UInt128> WideRule(IPRule rule, int preset) => new(new(rule.Start, rule.End), rule.Kind, preset, _nextSequence);

    private Rule<uint> Shadow(Interval<uint> mapped, int preset) => new(mapped, IPRuleKind.Shadow, preset, _nextSequence);
}

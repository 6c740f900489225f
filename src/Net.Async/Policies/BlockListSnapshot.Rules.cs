using System.Numerics;

namespace Net.Async;

internal sealed partial class BlockListSnapshot
{
    /// <summary>The rules in the order in which they were added.</summary>
    public IPRule[] Rules()
    {
        if (IPv4.Book is not { } ipv4 || IPv6.Book is not { } ipv6)
            return [.. Intervals(_ipv4.Edges()), .. Intervals(_ipv6.Edges())];
        (long Sequence, IPRule Rule)[] rules =
        [
            .. ipv4.Rules.Where(static rule => rule.Kind != IPRuleKind.Shadow).Select(static rule => (rule.Sequence, Of(rule))),
            .. ipv6.Rules.Select(static rule => (rule.Sequence, Of(rule))),
        ];
        Array.Sort(rules, static (left, right) => left.Sequence.CompareTo(right.Sequence));
        return Array.ConvertAll(rules, static rule => rule.Rule);
    }

    /// <summary>The same addresses in a list that remembers rules, or in one that does not; the disjoint intervals are the rules then.</summary>
    public BlockListSnapshot As(bool remembersRules)
    {
        if (remembersRules == RemembersRules)
            return this;
        if (!remembersRules)
            return new BlockListSnapshot(FamilyRules<uint, IPv4Index>.Of(_ipv4), FamilyRules<UInt128, IPv6Index>.Of(_ipv6), Count);
        var batch = new RuleBatch(remembersRules: true);
        foreach (var rule in Rules())
            batch.Add(rule);
        return Empty(remembersRules: true).Add(batch);
    }

    /// <summary>The rule that holds the address; null when none does.</summary>
    public RuleMatch? Find(AddressBits address)
    {
        var folded = address.Fold();
        if (!Contains(folded))
            return null;
        if (folded.IsIPv4)
            return FindIPv4((uint)folded.Value);
        if (IPv6.Book is null)
            return new(Of(_ipv6.IntervalAt(folded.Value)), null);
        return Match(Oldest(IPv6.Book, folded.Value));
    }

    /// <summary>The oldest rule over the address of a translator that is meant to close it; null when there is none.</summary>
    /// <param name="address">IPv6.</param>
    /// <param name="prefix">The translator's prefix, where it was named: a preset, or a rule over more than the prefix, speaks of a kind of addresses then. Null for 64:ff9b::/96.</param>
    public RuleMatch? FindForTranslator(UInt128 address, Interval<UInt128>? prefix)
    {
        if (!_ipv6.Contains(address))
            return null;
        if (IPv6.Book is not { } book)
            return _ipv6.IntervalAt(address) is var interval && (prefix is null || prefix.Value.Contains(interval)) ? new(Of(interval), null) : null;
        var meant = book.FindOverlapping(new(address, address))
            .FindAll(rule => prefix is null ? rule.Preset != IPPreset.NotGlobalUnicast.Number : rule.Preset == 0 && prefix.Value.Contains(rule.Interval));
        return meant.Count == 0 ? null : Match(meant.MinBy(static rule => rule.Sequence));
    }

    private RuleMatch FindIPv4(uint address)
    {
        if (IPv4.Book is null)
            return new(Of(_ipv4.IntervalAt(address)), null);
        // IPv6 rules over the mapped block share one shadow, which may be older than all of them that are left: their own age counts.
        var covering = IPv4.Book.FindOverlapping(new(address, address));
        var shadows = covering.RemoveAll(static rule => rule.Kind == IPRuleKind.Shadow);
        Rule<UInt128>? wide = shadows > 0 ? Oldest(IPv6.Book!, AddressFolding.Map(address)) : null;
        if (covering.Count == 0)
            return Match(wide!.Value);
        var narrow = covering.MinBy(static rule => rule.Sequence);
        return wide is { } older && older.Sequence < narrow.Sequence ? Match(older) : Match(narrow);
    }

    private static Rule<T> Oldest<T>(RuleBook<T> book, T address)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T> => book.FindOverlapping(new(address, address)).MinBy(static rule => rule.Sequence);

    private static RuleMatch Match<T>(Rule<T> rule)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T> => new(Of(rule), rule.Preset == 0 ? null : IPPreset.All[rule.Preset - 1]);

    private static IPRule Of<T>(Rule<T> rule)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T> => new(rule.Kind, typeof(T) == typeof(uint), UInt128.CreateTruncating(rule.Start), UInt128.CreateTruncating(rule.End));

    private static IPRule Of<T>(Interval<T> interval)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T> =>
        IPRule.OfInterval(typeof(T) == typeof(uint), UInt128.CreateTruncating(interval.Start), UInt128.CreateTruncating(interval.End));

    private static IEnumerable<IPRule> Intervals<T>(T[] edges)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T> => EdgeList.Intervals<T>(edges).Select(Of);
}

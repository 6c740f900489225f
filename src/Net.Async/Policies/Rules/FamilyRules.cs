using System.Numerics;
using System.Runtime.InteropServices;

namespace Net.Async;

/// <summary>Immutable: the rules of one family, and the set of the addresses that they cover.</summary>
internal sealed class FamilyRules<T, TIndex>
    where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    where TIndex : struct, IEdgeIndex<TIndex, T>
{
    // Up to here the set changes rule by rule; above, it is laid out anew once.
    private const int FewRules = 64;

    private FamilyRules(IntervalSet<T, TIndex> set, RuleBook<T>? book) => (Set, Book) = (set, book);

    /// <summary>No rules, to be remembered.</summary>
    public static FamilyRules<T, TIndex> Empty { get; } = new(IntervalSet<T, TIndex>.Empty, RuleBook<T>.Empty);

    public IntervalSet<T, TIndex> Set { get; }

    /// <summary>Null when rules are not remembered.</summary>
    public RuleBook<T>? Book { get; }

    /// <summary>A set whose rules are not remembered.</summary>
    public static FamilyRules<T, TIndex> Of(IntervalSet<T, TIndex> set) => new(set, null);

    public FamilyRules<T, TIndex> Add(Rule<T> rule)
    {
        if (Book?.Contains(rule) == true)
            return this;
        var set = Set.Add(rule.Interval);
        return set == Set && Book is null ? this : new FamilyRules<T, TIndex>(set, Book?.Add([rule]));
    }

    /// <summary>With many rules; they are sorted in place.</summary>
    public FamilyRules<T, TIndex> Add(Rule<T>[] rules, int count)
    {
        IntervalSort.Sort<Rule<T>, T>(rules, count);
        if (count <= FewRules)
        {
            var set = Set;
            foreach (var rule in rules.AsSpan(0, count))
                set = set.Add(rule.Interval);
            return new FamilyRules<T, TIndex>(set, AddToBook(rules, count));
        }

        var edges = EdgeList.Of<Rule<T>, T>(rules.AsSpan(0, count));
        var all = Set.EdgeCount == 0 ? edges : EdgeList.Combine<T, Union>(Set.Edges(), edges);
        return new FamilyRules<T, TIndex>(IntervalSet<T, TIndex>.OfEdges(all), AddToBook(rules, count));
    }

    /// <summary>Without the rule, and without the addresses that no other rule covers; null when it is not there.</summary>
    public FamilyRules<T, TIndex>? Remove(Rule<T> rule)
    {
        if (Book!.Remove(rule) is not { } book)
            return null;
        var others = book.FindOverlapping(rule.Interval).ConvertAll(other => new Interval<T>(T.Max(other.Start, rule.Start), T.Min(other.End, rule.End)));
        // Cut at the start, they may have lost their order.
        others.Sort();
        var kept = EdgeList.Of<Interval<T>, T>(CollectionsMarshal.AsSpan(others)).AsSpan();
        if (kept.Length > 0 && kept[^1] > rule.End)
            kept = kept[..^1];
        return new FamilyRules<T, TIndex>(Set.Rewrite(rule.Interval, kept), book);
    }

    private RuleBook<T>? AddToBook(Rule<T>[] sorted, int count)
    {
        if (Book is null)
            return null;
        var added = new List<Rule<T>>(count);
        foreach (ref readonly var rule in sorted.AsSpan(0, count))
        {
            // The first of several is the oldest.
            if ((added.Count == 0 || !added[^1].IsSameAs(rule)) && !Book.Contains(rule))
                added.Add(rule);
        }

        return Book.Add([.. added]);
    }
}

using System.Numerics;

namespace Net.Async;

/// <summary>Immutable sorted rules, and a search tree over them that finds those which overlap an interval.</summary>
/// <remarks>The tree has no nodes: the middle of a span is its root, and knows how far the rules of the span reach.</remarks>
internal sealed class RuleRun<T>
    where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
{
    private const int LeastRemoved = 64;

    private readonly Rule<T>[] _rules;
    private readonly T[] _reach;

    // Positions, sorted: taking one rule out of a million must not copy the million.
    private readonly int[] _removed;

    private RuleRun(Rule<T>[] rules, T[] reach, int[] removed) => (_rules, _reach, _removed) = (rules, reach, removed);

    public int Count => _rules.Length - _removed.Length;

    /// <summary>Takes the array over: sorted, and no rule twice.</summary>
    public static RuleRun<T> Of(Rule<T>[] sorted)
    {
        var reach = GC.AllocateUninitializedArray<T>(sorted.Length);
        FillReach(sorted, reach, 0, sorted.Length);
        return new RuleRun<T>(sorted, reach, []);
    }

    public static RuleRun<T> Merge(RuleRun<T> left, RuleRun<T> right)
    {
        var merged = GC.AllocateUninitializedArray<Rule<T>>(left.Count + right.Count);
        Rule<T>[] first = left.Rules(), second = right.Rules();
        var (i, j) = (0, 0);
        for (var next = 0; next < merged.Length; next++)
        {
            var isFirst = j == second.Length || (i < first.Length && first[i].CompareTo(second[j]) < 0);
            merged[next] = isFirst ? first[i++] : second[j++];
        }

        return Of(merged);
    }

    /// <summary>Those that were not removed, in order. Not to be written to.</summary>
    public Rule<T>[] Rules() => _removed.Length == 0 ? _rules : [.. _rules.Where((_, position) => Array.BinarySearch(_removed, position) < 0)];

    /// <summary>Where a rule that says the same is; -1 when there is none.</summary>
    public int Find(Rule<T> rule)
    {
        var (first, end) = (0, _rules.Length);
        while (first < end)
        {
            var middle = (first + end) >>> 1;
            if (_rules[middle].CompareMeaning(rule) < 0)
                first = middle + 1;
            else
                end = middle;
        }

        return first < _rules.Length && _rules[first].IsSameAs(rule) && !IsRemoved(first) ? first : -1;
    }

    public RuleRun<T> Without(int position)
    {
        var removed = new List<int>(_removed.Length + 1);
        removed.AddRange(_removed);
        removed.Insert(~removed.BinarySearch(position), position);
        var run = new RuleRun<T>(_rules, _reach, [.. removed]);
        return removed.Count > Math.Max(LeastRemoved, 2 * Math.Sqrt(_rules.Length)) ? Of(run.Rules()) : run;
    }

    /// <summary>Adds every rule that covers an address of the interval, in order.</summary>
    public void FindOverlapping(Interval<T> interval, List<Rule<T>> found) => FindOverlapping(interval, found, 0, _rules.Length);

    private void FindOverlapping(Interval<T> interval, List<Rule<T>> found, int first, int end)
    {
        while (first < end)
        {
            var middle = (first + end) >>> 1;
            if (_reach[middle] < interval.Start)
                return;
            FindOverlapping(interval, found, first, middle);
            ref readonly var rule = ref _rules[middle];
            if (rule.Start > interval.End)
                return;
            if (rule.End >= interval.Start && !IsRemoved(middle))
                found.Add(rule);
            first = middle + 1;
        }
    }

    private bool IsRemoved(int position) => _removed.Length != 0 && Array.BinarySearch(_removed, position) >= 0;

    private static T FillReach(Rule<T>[] rules, T[] reach, int first, int end)
    {
        if (first == end)
            return T.MinValue;
        var middle = (first + end) >>> 1;
        var below = T.Max(FillReach(rules, reach, first, middle), FillReach(rules, reach, middle + 1, end));
        return reach[middle] = T.Max(rules[middle].End, below);
    }
}

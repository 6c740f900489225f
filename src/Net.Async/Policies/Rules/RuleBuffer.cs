using System.Numerics;

namespace Net.Async;

/// <summary>A growing array of rules of one family.</summary>
/// <param name="remembersRules">False lets rules that overlap become one when there are many.</param>
internal sealed class RuleBuffer<T>(bool remembersRules)
    where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
{
    private const int LeastToMerge = 1 << 20;

    private Rule<T>[] _rules = [];
    private int _count;
    private int _mergeAt = LeastToMerge;

    public void Add(Rule<T> rule)
    {
        if (_count == _mergeAt && !remembersRules)
            Merge();
        if (_count == _rules.Length)
            Array.Resize(ref _rules, Math.Max(4, checked(_count * 2)));
        _rules[_count++] = rule;
    }

    public T[] Edges()
    {
        IntervalSort.Sort<Rule<T>, T>(_rules, _count);
        return EdgeList.Of<Rule<T>, T>(_rules.AsSpan(0, _count));
    }

    public ArraySegment<Rule<T>> Take(long firstSequence)
    {
        foreach (ref var rule in _rules.AsSpan(0, _count))
            rule = rule with { Tag = rule.Tag + new Rule<T>(default, default, 0, firstSequence).Tag };
        return new ArraySegment<Rule<T>>(_rules, 0, _count);
    }

    private void Merge()
    {
        var intervals = EdgeList.Intervals<T>(Edges());
        _count = intervals.Length;
        for (var i = 0; i < intervals.Length; i++)
            _rules[i] = new Rule<T>(intervals[i].Start, intervals[i].End, 0);
        _mergeAt = Math.Max(LeastToMerge, checked(_count * 2));
    }
}

using System.Numerics;

namespace Net.Async;

/// <summary>Immutable: the rules of one family, none twice. Adding and removing cost a little more than the logarithm of their number.</summary>
/// <remarks>Runs of falling length: a new rule is a run, and runs of about one length become one. So a rule is copied as often as the number of rules has doubled since.</remarks>
internal sealed class RuleBook<T>
    where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
{
    private readonly RuleRun<T>[] _runs;

    private RuleBook(RuleRun<T>[] runs) => _runs = runs;

    public static RuleBook<T> Empty { get; } = new([]);

    public int Count => _runs.Sum(static run => run.Count);

    public IEnumerable<Rule<T>> Rules => _runs.SelectMany(static run => run.Rules());

    public bool Contains(Rule<T> rule)
    {
        foreach (var run in _runs)
        {
            if (run.Find(rule) >= 0)
                return true;
        }

        return false;
    }

    /// <summary>With rules that are sorted and none of which is there; the array is taken over.</summary>
    public RuleBook<T> Add(Rule<T>[] sorted)
    {
        if (sorted.Length == 0)
            return this;
        var last = RuleRun<T>.Of(sorted);
        var kept = _runs.Length;
        while (kept > 0 && _runs[kept - 1].Count <= 2 * last.Count)
            last = RuleRun<T>.Merge(_runs[--kept], last);
        return new RuleBook<T>([.. _runs.AsSpan(0, kept), last]);
    }

    /// <summary>Without the rule; null when it is not there.</summary>
    public RuleBook<T>? Remove(Rule<T> rule)
    {
        for (var i = 0; i < _runs.Length; i++)
        {
            if (_runs[i].Find(rule) is not -1 and var position)
            {
                var run = _runs[i].Without(position);
                return new RuleBook<T>(run.Count == 0 ? [.. _runs.AsSpan(0, i), .. _runs.AsSpan(i + 1)] : [.. _runs.AsSpan(0, i), run, .. _runs.AsSpan(i + 1)]);
            }
        }

        return null;
    }

    /// <summary>Every rule that covers an address of the interval, sorted.</summary>
    public List<Rule<T>> FindOverlapping(Interval<T> interval)
    {
        var found = new List<Rule<T>>();
        foreach (var run in _runs)
            run.FindOverlapping(interval, found);
        found.Sort();
        return found;
    }
}

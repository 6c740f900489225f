using System.Numerics;

namespace Net.Async;

/// <summary>The rules that a list has had so far.</summary>
internal sealed class FeedRules(BlockListLoadOptions options, bool remembersRules)
{
    private static readonly Interval<uint> s_everyIPv4 = new(0x01000000, 0xdfffffff);
    private static readonly Interval<UInt128> s_everyIPv6 = new(UInt128.One << 125, (UInt128.One << 126) - 1);

    private Widest _widestIPv4, _widestIPv6;

    public RuleBatch Batch { get; } = new(remembersRules);

    public int Skipped { get; private set; }

    /// <summary>Adds one rule of a list.</summary>
    public void Add(ReadOnlySpan<char> text, long line)
    {
        if (IPRuleText.ReadEntry(text, out var problem) is not { } rule)
            Refuse(text, problem!, line);
        else if (Batch.Count == options.MaxRules)
            throw new BlockListLoadException($"The list has more than {options.MaxRules} rules (MaxRules).", line);
        else
            Add(rule, line);
    }

    private void Add(IPRule rule, long line)
    {
        Batch.Add(rule);
        if (!rule.IsIPv4)
            _widestIPv6.Note(rule, rule.End - rule.Start, line);
        if (rule.IsIPv4)
            _widestIPv4.Note(rule, rule.End - rule.Start, line);
        else if (new Interval<UInt128>(rule.Start, rule.End).Fold() is { } mapped)
            _widestIPv4.Note(rule, mapped.End - mapped.Start, line);
    }

    /// <summary>Something that is no rule: an error, or one more that was skipped.</summary>
    public void Refuse(ReadOnlySpan<char> text, string problem, long line)
    {
        if (!options.SkipBadLines)
            throw new BlockListLoadException($"Line {line}, {ShownText.Quote(text)}, is no rule: {problem}.", line);
        Skipped++;
    }

    /// <summary>The widest rule of a family of which the list holds all that is in use, the last of several; null when it holds all of none.</summary>
    public (IPRule Rule, long Line, bool IsIPv4)? FindEverything()
    {
        var (ipv4, ipv6) = Batch.Edges();
        if (Holds(ipv4, s_everyIPv4))
            return (_widestIPv4.Rule, _widestIPv4.Line, true);
        return Holds(ipv6, s_everyIPv6) ? (_widestIPv6.Rule, _widestIPv6.Line, false) : null;
    }

    private static bool Holds<T>(T[] edges, Interval<T> interval)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T> =>
        EdgeList.Rank<T>(edges, interval.Start) is var rank && (rank & 1) != 0 && rank == EdgeList.Rank<T>(edges, interval.End);

    private struct Widest
    {
        private UInt128 _width;

        public IPRule Rule { get; private set; }

        public long Line { get; private set; }

        public void Note(IPRule rule, UInt128 width, long line)
        {
            if (Line == 0 || width >= _width)
                (_width, Rule, Line) = (width, rule, line);
        }
    }
}

using System.Numerics;

namespace Net.Async;

/// <summary>The rules that a list has had so far.</summary>
internal sealed class FeedRules(BlockListLoadOptions options, bool remembersRules)
{
    private static readonly Interval<uint> s_everyIPv4 = new(0x01000000, 0xdfffffff);
    private static readonly Interval<UInt128> s_everyIPv6 = new(UInt128.One << 125, (UInt128.One << 126) - 1);

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
            Batch.Add(rule);
    }

    /// <summary>Something that is no rule: an error, or one more that was skipped.</summary>
    public void Refuse(ReadOnlySpan<char> text, string problem, long line)
    {
        if (!options.SkipBadLines)
            throw new BlockListLoadException($"Line {line}, {IPRuleText.Quote(text)}, is no rule: {problem}.", line);
        Skipped++;
    }

    public bool HoldsEverything()
    {
        var (ipv4, ipv6) = Batch.Edges();
        return Holds(ipv4, s_everyIPv4) || Holds(ipv6, s_everyIPv6);
    }

    private static bool Holds<T>(T[] edges, Interval<T> interval)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T> =>
        EdgeList.Rank<T>(edges, interval.Start) is var rank && (rank & 1) != 0 && rank == EdgeList.Rank<T>(edges, interval.End);
}

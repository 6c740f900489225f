using System.Numerics;

namespace Net.Async;

/// <summary>A rule as a <see cref="RuleBook{T}"/> keeps it: what it covers, how it was stated, from which preset, and when it was added.</summary>
/// <param name="Start">The first address.</param>
/// <param name="End">The last address.</param>
/// <param name="Tag">The sequence number above eight bits of mark: two for the kind, six for the preset.</param>
internal readonly record struct Rule<T>(T Start, T End, long Tag) : IInterval<T>, IComparable<Rule<T>>
    where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
{
    private const int MarkBits = 8;
    private const int KindBits = 2;

    public Rule(Interval<T> interval, IPRuleKind kind, int preset, long sequence)
        : this(interval.Start, interval.End, (sequence << MarkBits) | (long)(preset << KindBits) | (byte)kind)
    {
    }

    public Interval<T> Interval => new(Start, End);

    public IPRuleKind Kind => (IPRuleKind)(Tag & ((1 << KindBits) - 1));

    /// <summary>The preset's number; 0 when it comes from none.</summary>
    public int Preset => (byte)Tag >> KindBits;

    public long Sequence => Tag >> MarkBits;

    /// <summary>Whether it says the same: only the time when it was added may differ.</summary>
    public bool IsSameAs(Rule<T> other) => CompareMeaning(other) == 0;

    public int CompareTo(Rule<T> other) => CompareMeaning(other) is not 0 and var order ? order : Tag.CompareTo(other.Tag);

    public int CompareMeaning(Rule<T> other)
    {
        if (Start != other.Start)
            return Start < other.Start ? -1 : 1;
        if (End != other.End)
            return End < other.End ? -1 : 1;
        return ((byte)Tag).CompareTo((byte)other.Tag);
    }
}

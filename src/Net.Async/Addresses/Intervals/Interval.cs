using System.Numerics;

namespace Net.Async;

/// <summary>Something that covers the addresses from one to another, both included. An address is a <see cref="uint"/> or a <see cref="UInt128"/>.</summary>
internal interface IInterval<T>
{
    T Start { get; }

    T End { get; }
}

/// <summary>The addresses from one to another, both included.</summary>
internal readonly record struct Interval<T>(T Start, T End) : IInterval<T>, IComparable<Interval<T>>
    where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
{
    public int CompareTo(Interval<T> other) => Start.CompareTo(other.Start) is not 0 and var order ? order : End.CompareTo(other.End);

    public bool Contains(Interval<T> other) => Start <= other.Start && other.End <= End;

    public bool Overlaps(Interval<T> other) => Start <= other.End && other.Start <= End;
}

using System.Numerics;

namespace Net.Async;

/// <summary>A set of addresses as the sorted list of its edges: where it begins, and where it has just ended.</summary>
/// <remarks>An address is in the set when the number of edges at or below it is odd. An interval that goes to the last address has no second edge: there is none after it.</remarks>
internal static class EdgeList
{
    /// <summary>The edges of the union of intervals that are sorted by their start.</summary>
    public static T[] Of<TItem, T>(ReadOnlySpan<TItem> sorted)
        where TItem : struct, IInterval<T>
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        var edges = GC.AllocateUninitializedArray<T>(checked(sorted.Length * 2));
        var count = 0;
        foreach (ref readonly var item in sorted)
        {
            // One that starts where the last has just ended continues it: the edge between them would be there twice.
            if (count == 0 || item.Start > edges[count - 1])
            {
                edges[count] = edges[count + 1] = item.Start;
                count += 2;
            }

            if (item.End == T.MaxValue)
                return edges[..(count - 1)];
            edges[count - 1] = T.Max(edges[count - 1], item.End + T.One);
        }

        return count == edges.Length ? edges : edges[..count];
    }

    /// <summary>The edges of what two sets become together.</summary>
    public static T[] Combine<T, TCombination>(ReadOnlySpan<T> left, ReadOnlySpan<T> right)
        where T : unmanaged, IBinaryInteger<T>
        where TCombination : struct, ICombination
    {
        var edges = GC.AllocateUninitializedArray<T>(left.Length + right.Length);
        var (count, i, j) = (0, 0, 0);
        var inside = false;
        while (i < left.Length || j < right.Length)
        {
            var edge = j == right.Length || (i < left.Length && left[i] <= right[j]) ? left[i] : right[j];
            if (i < left.Length && left[i] == edge)
                i++;
            if (j < right.Length && right[j] == edge)
                j++;
            var now = TCombination.Holds((i & 1) != 0, (j & 1) != 0);
            if (now != inside)
                edges[count++] = edge;
            inside = now;
        }

        return count == edges.Length ? edges : edges[..count];
    }

    /// <summary>The edges that only one of the lists has, when one is short: the long one is copied in pieces, not edge by edge.</summary>
    public static T[] Toggle<T>(ReadOnlySpan<T> edges, ReadOnlySpan<T> few)
        where T : unmanaged, IBinaryInteger<T>
    {
        var result = GC.AllocateUninitializedArray<T>(edges.Length + few.Length);
        var count = 0;
        foreach (var edge in few)
        {
            var rank = Rank(edges, edge);
            var isThere = rank > 0 && edges[rank - 1] == edge;
            var kept = isThere ? rank - 1 : rank;
            edges[..kept].CopyTo(result.AsSpan(count));
            count += kept;
            if (!isThere)
                result[count++] = edge;
            edges = edges[rank..];
        }

        edges.CopyTo(result.AsSpan(count));
        count += edges.Length;
        return count == result.Length ? result : result[..count];
    }

    /// <summary>The disjoint intervals between the edges, in order.</summary>
    public static Interval<T>[] Intervals<T>(ReadOnlySpan<T> edges)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        var intervals = new Interval<T>[(edges.Length + 1) / 2];
        for (var i = 0; i < intervals.Length; i++)
        {
            var end = (2 * i) + 1;
            intervals[i] = new Interval<T>(edges[2 * i], end < edges.Length ? edges[end] - T.One : T.MaxValue);
        }

        return intervals;
    }

    /// <summary>How many edges are at or below an address; without a branch that depends on it.</summary>
    public static int Rank<T>(ReadOnlySpan<T> edges, T address)
        where T : unmanaged, IBinaryInteger<T>
    {
        var (first, count) = (0, edges.Length);
        while (count > 1)
        {
            var half = count >> 1;
            first += edges[first + half - 1] <= address ? half : 0;
            count -= half;
        }

        return first + (count == 1 && edges[first] <= address ? 1 : 0);
    }
}

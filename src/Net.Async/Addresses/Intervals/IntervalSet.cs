using System.Numerics;

namespace Net.Async;

/// <summary>An immutable set of addresses of one family: an index of edges, and a short list of the edges that have come or gone since it was laid out.</summary>
/// <remarks>
/// Both lists together tell by their parity: an edge that is in both is none. So a change writes a short list instead of the index;
/// once the list has grown to about twice the root of the index, both become a new index. A change costs the edges it adds and takes away, and the list.
/// </remarks>
internal sealed class IntervalSet<T, TIndex>
    where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    where TIndex : struct, IEdgeIndex<TIndex, T>
{
    private const int LeastDelta = 64;
    private const int FewEdges = 8;

    private readonly T[] _delta;

    // Never written again; readonly, every call through the constraint would copy it first, and that takes longer than the call.
#pragma warning disable IDE0044
    private TIndex _index;
#pragma warning restore IDE0044

    private IntervalSet(TIndex index, T[] delta, int edgeCount) => (_index, _delta, EdgeCount) = (index, delta, edgeCount);

    public static IntervalSet<T, TIndex> Empty { get; } = OfEdges([]);

    public int EdgeCount { get; }

    /// <summary>How many disjoint intervals it is made of.</summary>
    public int Count => (EdgeCount + 1) / 2;

    public static IntervalSet<T, TIndex> OfEdges(ReadOnlySpan<T> edges) => new(TIndex.Build(edges), [], edges.Length);

    public bool Contains(T address)
    {
        var rank = _index.Rank(address);
        if (_delta.Length != 0)
            rank += EdgeList.Rank(_delta, address);
        return (rank & 1) != 0;
    }

    /// <summary>All edges, in order.</summary>
    public T[] Edges()
    {
        var edges = GC.AllocateUninitializedArray<T>(_index.Count);
        _index.CopyTo(0, edges);
        return _delta.Length == 0 ? edges : EdgeList.Combine<T, Difference>(edges, _delta);
    }

    /// <summary>With every address of the interval.</summary>
    public IntervalSet<T, TIndex> Add(Interval<T> interval) => Rewrite(interval, [interval.Start]);

    /// <summary>With nothing of the interval but what is named.</summary>
    /// <param name="interval">What is forgotten.</param>
    /// <param name="kept">The edges of what stays of it; none outside of it.</param>
    public IntervalSet<T, TIndex> Rewrite(Interval<T> interval, ReadOnlySpan<T> kept)
    {
        var last = interval.End == T.MaxValue ? interval.End : interval.End + T.One;
        var old = EdgesFrom(interval.Start, last);
        var edges = NewEdges(interval, kept);
        var changed = old.Length == 0 ? edges : EdgeList.Combine<T, Difference>(old, edges);
        return changed.Length == 0 ? this : Turn(changed, EdgeCount - old.Length + edges.Length);
    }

    /// <summary>The interval that holds an address of the set.</summary>
    public Interval<T> IntervalAt(T address)
    {
        var (i, j) = (_index.Rank(address), EdgeList.Rank(_delta, address));
        var end = NextEdge(i, j, step: 1);
        // An address that is held has an edge at or below it.
        return new Interval<T>(NextEdge(i - 1, j - 1, step: -1)!.Value, end is null ? T.MaxValue : end.Value - T.One);
    }

    /// <summary>The first edge from the given places on that is in one of the two lists only.</summary>
    private T? NextEdge(int i, int j, int step)
    {
        while (true)
        {
            T? left = i >= 0 && i < _index.Count ? EdgeAt(i) : null, right = j >= 0 && j < _delta.Length ? _delta[j] : null;
            if (left is null || right is null)
                return left ?? right;
            if (left != right)
                return (left < right) == (step > 0) ? left : right;
            (i, j) = (i + step, j + step);
        }
    }

    private T EdgeAt(int position)
    {
        Span<T> edge = [default];
        _index.CopyTo(position, edge);
        return edge[0];
    }

    /// <summary>The edges that the interval has afterwards, with those at its two ends.</summary>
    private T[] NewEdges(Interval<T> interval, ReadOnlySpan<T> kept)
    {
        var isCoveredBefore = interval.Start != T.MinValue && Contains(interval.Start - T.One);
        var edges = isCoveredBefore ? EdgeList.Combine<T, Difference>(kept, [interval.Start]) : kept.ToArray();
        if (interval.End == T.MaxValue || Contains(interval.End + T.One) == ((kept.Length & 1) != 0))
            return edges;
        return [.. edges, interval.End + T.One];
    }

    private IntervalSet<T, TIndex> Turn(T[] changed, int edgeCount)
    {
        var delta = changed.Length <= FewEdges ? EdgeList.Toggle<T>(_delta, changed) : EdgeList.Combine<T, Difference>(_delta, changed);
        // Without a table the index is as cheap as the list.
        var most = Math.Max(LeastDelta, (int)(2 * Math.Sqrt(edgeCount)));
        if (edgeCount > LeastDelta && delta.Length <= most)
            return new IntervalSet<T, TIndex>(_index, delta, edgeCount);
        return OfEdges(new IntervalSet<T, TIndex>(_index, delta, edgeCount).Edges());
    }

    /// <summary>The edges from one address to another, both included.</summary>
    private T[] EdgesFrom(T first, T last)
    {
        var from = first == T.MinValue ? 0 : _index.Rank(first - T.One);
        var edges = new T[_index.Rank(last) - from];
        _index.CopyTo(from, edges);
        if (_delta.Length == 0)
            return edges;
        var deltaFrom = first == T.MinValue ? 0 : EdgeList.Rank<T>(_delta, first - T.One);
        return EdgeList.Combine<T, Difference>(edges, _delta.AsSpan(deltaFrom, EdgeList.Rank<T>(_delta, last) - deltaFrom));
    }
}

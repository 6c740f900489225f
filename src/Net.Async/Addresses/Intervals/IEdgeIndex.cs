namespace Net.Async;

/// <summary>An immutable list of edges, laid out so that counting those at or below an address is quick.</summary>
internal interface IEdgeIndex<TSelf, T>
    where TSelf : struct, IEdgeIndex<TSelf, T>
{
    /// <summary>How many edges there are.</summary>
    int Count { get; }

    /// <summary>Lays sorted edges out, each of them once.</summary>
    static abstract TSelf Build(ReadOnlySpan<T> edges);

    /// <summary>How many edges are at or below an address.</summary>
    int Rank(T address);

    /// <summary>The edges from the given one on, as many as there is room for.</summary>
    void CopyTo(int first, Span<T> edges);
}

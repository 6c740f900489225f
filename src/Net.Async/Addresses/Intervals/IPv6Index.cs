using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Net.Async;

/// <summary>The edges of an IPv6 set: a static search tree over their high 64 bits, eight keys a node, one cache line; the low 64 bits only when a rule needs them.</summary>
/// <remarks>
/// Level 0 holds the edges themselves; each level above holds the last key of every node of the one below. All levels stand in one array, and no node holds a pointer: node n's children are the nodes 8n to 8n+7.
/// Keys have their sign bit turned, since vectors compare signed.
/// </remarks>
internal readonly struct IPv6Index : IEdgeIndex<IPv6Index, UInt128>
{
    private readonly long[] _keys = [];

    // Null when every edge's low half is zero: no rule is longer than /64.
    private readonly ulong[]? _low;

    // Where the levels start, from the edges up.
    private readonly int[] _levels = [];

    private IPv6Index(long[] keys, ulong[]? low, int[] levels, int count) => (_keys, _low, _levels, Count) = (keys, low, levels, count);

    public int Count { get; }

    public static IPv6Index Build(ReadOnlySpan<UInt128> edges)
    {
        if (edges.IsEmpty)
            return new IPv6Index([], null, [], 0);
        var (levels, length) = Levels(edges.Length);
        var keys = GC.AllocateUninitializedArray<long>(length);
        var low = (ulong[]?)null;
        for (var i = 0; i < edges.Length; i++)
        {
            keys[i] = Key(edges[i]);
            if ((ulong)edges[i] != 0)
                (low ??= new ulong[edges.Length])[i] = (ulong)edges[i];
        }

        FillLevels(keys, levels, edges.Length);
        return new IPv6Index(keys, low, levels, edges.Length);
    }

    public int Rank(UInt128 address)
    {
        if (Count == 0)
            return 0;
        var key = Key(address);
        ref var keys = ref MemoryMarshal.GetArrayDataReference(_keys);
        var node = 0;
        for (var level = _levels.Length - 1; level >= 0; level--)
            node = (node * KeyNode.Size) + KeyNode.Below(ref Unsafe.Add(ref keys, _levels[level] + (node * KeyNode.Size)), key);
        return node < Count && Unsafe.Add(ref keys, node) == key ? RankOfEqual(node, key, (ulong)address) : node;
    }

    public void CopyTo(int first, Span<UInt128> edges)
    {
        for (var i = 0; i < edges.Length; i++)
            edges[i] = new UInt128((ulong)_keys[first + i] ^ (1ul << 63), _low is null ? 0 : _low[first + i]);
    }

    private static long Key(UInt128 address) => (long)((ulong)(address >> 64) ^ (1ul << 63));

    /// <summary>Counts on, in the edges with the same high half, by steps that double and then halve.</summary>
    private int RankOfEqual(int first, long key, ulong low)
    {
        if (_low is null)
            return first + 1;
        var step = 1;
        while (first + step <= Count && IsAtOrBelow(first + step - 1, key, low))
        {
            first += step;
            step *= 2;
        }

        for (; step > 0; step /= 2)
        {
            if (first + step <= Count && IsAtOrBelow(first + step - 1, key, low))
                first += step;
        }

        return first;
    }

    private bool IsAtOrBelow(int edge, long key, ulong low) => _keys[edge] == key && _low![edge] <= low;

    private static (int[] Levels, int Length) Levels(int count)
    {
        var levels = new List<int>();
        var length = 0;
        var nodes = count;
        do
        {
            nodes = (nodes + KeyNode.Size - 1) / KeyNode.Size;
            levels.Add(length);
            length = checked(length + (nodes * KeyNode.Size));
        }
        while (nodes > 1);
        return ([.. levels], length);
    }

    private static void FillLevels(long[] keys, int[] levels, int count)
    {
        for (var level = 0; level < levels.Length; level++)
        {
            var end = level + 1 < levels.Length ? levels[level + 1] : keys.Length;
            if (level > 0)
            {
                count = (count + KeyNode.Size - 1) / KeyNode.Size;
                for (var node = 0; node < count; node++)
                    keys[levels[level] + node] = keys[levels[level - 1] + (node * KeyNode.Size) + KeyNode.Size - 1];
                // Whatever is above the last key belongs to the last node.
                keys[levels[level] + count - 1] = long.MaxValue;
            }

            keys.AsSpan(levels[level] + count, end - levels[level] - count).Fill(long.MaxValue);
        }
    }
}

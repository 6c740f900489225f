using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Net.Async;

/// <summary>The edges of an IPv6 set: blocks of up to sixteen, each edge four bytes, under a static search tree over the blocks' high 64 bits, eight keys a node; low 64 bits only when a rule needs them.</summary>
/// <remarks>
/// No node holds a pointer: node n's children are the nodes 8n to 8n+7 of the level below. A table by the first bits of 2000::/3, where nearly all rules and peers are, says at which node the search begins.
/// Keys have their sign bit turned, since vectors compare signed. In a block an edge is its distance from the first one, without the zero bits that all distances of the block end in.
/// </remarks>
internal readonly partial struct IPv6Index : IEdgeIndex<IPv6Index, UInt128>
{
    private const int LevelBits = 4;

    // Level 0 holds the first key of every block, each level above the first key of every node of the one below.
    private readonly long[] _keys;
    private readonly int[] _levels;

    // The first edge of every block, and at last the number of edges.
    private readonly uint[] _starts;
    private readonly byte[] _shifts;
    private readonly uint[] _distances;

    // Null when every edge's low half is zero: no rule is longer than /64.
    private readonly ulong[]? _low;

    // The level and the node below which the blocks of a chunk of 2000::/3 are; null when there are few.
    private readonly uint[]? _entries;
    private readonly int _entryShift;

    public int Count { get; }

    public int Rank(UInt128 address)
    {
        var key = Key(address);
        // Nothing is above the padding of a node: the last high half is looked for apart.
        if (Count == 0 || key == long.MaxValue)
            return Count == 0 ? 0 : RankAtTheEnd((ulong)address);
        var rank = RankOfHigh(key, out var isEqual);
        return isEqual && _low is not null ? RankOfEqual(rank, key, (ulong)address) : rank;
    }

    /// <summary>How many edges have a high half at or below the key's, and whether the last of them has the same.</summary>
    private int RankOfHigh(long key, out bool isEqual)
    {
        ref var keys = ref MemoryMarshal.GetArrayDataReference(_keys);
        ref var level = ref MemoryMarshal.GetArrayDataReference(_levels);
        var block = Entry(key, out var height);
        for (; height >= 0; height--)
        {
            var node = block * KeyNode.Size;
            // Below the first key there is the first child still.
            block = node + Math.Max(KeyNode.AtOrBelow(ref Unsafe.Add(ref keys, Unsafe.Add(ref level, height) + node), key) - 1, 0);
        }

        ref var start = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_starts), block);
        var (first, distance) = (start, key - Unsafe.Add(ref keys, block));
        isEqual = false;
        if (key < Unsafe.Add(ref keys, block))
            return 0;
        var shift = Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_shifts), block);
        var wanted = (uint)Math.Min((ulong)distance >> shift, uint.MaxValue);
        ref var distances = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_distances), first);
        var count = DistanceCount.AtOrBelow(ref distances, (int)(Unsafe.Add(ref start, 1) - first), wanted);
        isEqual = _low is not null && (ulong)Unsafe.Add(ref distances, count - 1) << shift == (ulong)distance;
        return (int)first + count;
    }

    /// <summary>Where the search begins: a node, and how many levels it is above the blocks.</summary>
    private int Entry(long key, out int height)
    {
        height = _levels.Length - 1;
        // 2000::/3, with the sign bit turned.
        if (_entries is null || (ulong)key >> 61 != 0b101)
            return 0;
        var entry = Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_entries), (uint)(((ulong)key << 3) >> _entryShift));
        height = (int)(entry & ((1 << LevelBits) - 1)) - 1;
        return (int)(entry >> LevelBits);
    }

    /// <summary>Of the edges with this high half, the last of which has the given rank, those whose low half is at or below.</summary>
    private int RankOfEqual(int rank, long key, ulong low)
    {
        var first = key == long.MinValue ? 0 : RankOfHigh(key - 1, out _);
        return first + EdgeList.Rank<ulong>(_low.AsSpan(first, rank - first), low);
    }

    private int RankAtTheEnd(ulong low)
    {
        var first = RankOfHigh(long.MaxValue - 1, out _);
        // Those that are left have this high half, all of them.
        return _low is null ? Count : first + EdgeList.Rank<ulong>(_low.AsSpan(first), low);
    }

    public void CopyTo(int first, Span<UInt128> edges)
    {
        if (edges.IsEmpty)
            return;
        var block = EdgeList.Rank<uint>(_starts, (uint)first) - 1;
        for (var i = 0; i < edges.Length; i++)
        {
            while (_starts[block + 1] <= first + i)
                block++;
            var high = _keys[block] + (long)((ulong)_distances[first + i] << _shifts[block]);
            edges[i] = new UInt128((ulong)high ^ (1ul << 63), _low is null ? 0 : _low[first + i]);
        }
    }

    private static long Key(UInt128 address) => (long)((ulong)(address >> 64) ^ (1ul << 63));
}

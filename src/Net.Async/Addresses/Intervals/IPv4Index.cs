using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Net.Async;

/// <summary>The edges of an IPv4 set: a table by the address's first bits, and in each chunk of it the last bits, two bytes an edge.</summary>
/// <remarks>
/// A table and one line of its chunk are read, whatever the number of rules. Few edges have no table: comparing with all of them is quicker.
/// There are no bounds checks in <see cref="Rank"/>: the table has an entry for every chunk and one more, and behind the edges is room for a vector.
/// </remarks>
internal readonly struct IPv4Index : IEdgeIndex<IPv4Index, uint>
{
    /// <summary>Up to here there is no table.</summary>
    public const int MostListed = 64;

    private readonly uint[]? _table;
    private readonly ushort[] _low = [];
    private readonly uint[] _list = [];
    private readonly int _shift;

    private IPv4Index(uint[] list, int count) => (_list, Count) = (list, count);

    private IPv4Index(uint[] table, ushort[] low, int shift, int count) => (_table, _low, _shift, Count) = (table, low, shift, count);

    public int Count { get; }

    public static IPv4Index Build(ReadOnlySpan<uint> edges)
    {
        if (edges.Length > MostListed)
            return BuildTable(edges, BitsFor(edges.Length));
        var list = new uint[EdgeCount.PaddedLength(edges.Length)];
        edges.CopyTo(list);
        list.AsSpan(edges.Length).Fill(uint.MaxValue);
        return new IPv4Index(list, edges.Length);
    }

    public int Rank(uint address)
    {
        // The last address is not below the padding either.
        if (_table is null)
            return Math.Min(EdgeCount.AtOrBelow(_list, address), Count);
        ref var entry = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_table), address >> _shift);
        var first = entry;
        var count = Unsafe.Add(ref entry, 1) - first;
        if (count == 0)
            return (int)first;
        ref var low = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_low), first);
        return (int)first + ChunkCount.AtOrBelow(ref low, (int)count, (ushort)(address & ((1u << _shift) - 1)));
    }

    public void CopyTo(int first, Span<uint> edges)
    {
        if (_table is null)
        {
            _list.AsSpan(first, edges.Length).CopyTo(edges);
            return;
        }

        var chunk = ChunkOf(first);
        for (var i = 0; i < edges.Length; i++)
        {
            while (_table[chunk + 1] <= first + i)
                chunk++;
            edges[i] = ((uint)chunk << _shift) | _low[first + i];
        }
    }

    /// <summary>The chunk that an edge is in: the last one that begins with it or before.</summary>
    private int ChunkOf(int edge) => Math.Max(EdgeList.Rank(_table.AsSpan(0, _table!.Length - 1), (uint)edge) - 1, 0);

    // At least 16 bits, so that two bytes are left of an edge; more when chunks would get longer than a cache line.
    private static int BitsFor(int count) => count switch
    {
        <= 1 << 20 => 16,
        <= 1 << 23 => 18,
        _ => 20,
    };

    private static IPv4Index BuildTable(ReadOnlySpan<uint> edges, int bits)
    {
        var shift = 32 - bits;
        var table = GC.AllocateUninitializedArray<uint>((1 << bits) + 1);
        var low = GC.AllocateUninitializedArray<ushort>(edges.Length + ChunkCount.Padding);
        var chunks = 0;
        for (var i = 0; i < edges.Length; i++)
        {
            for (var chunk = (int)(edges[i] >> shift); chunks <= chunk; chunks++)
                table[chunks] = (uint)i;
            low[i] = (ushort)(edges[i] & ((1u << shift) - 1));
        }

        table.AsSpan(chunks).Fill((uint)edges.Length);
        low.AsSpan(edges.Length).Clear();
        return new IPv4Index(table, low, shift, edges.Length);
    }
}

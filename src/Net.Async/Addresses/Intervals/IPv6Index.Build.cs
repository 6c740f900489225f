using System.Numerics;

namespace Net.Async;

internal readonly partial struct IPv6Index
{
    private const int MostInBlock = 16;

    // Below, the tree's upper levels are in the nearest cache anyway.
    private const int LeastBlocksForEntries = 256;

    private IPv6Index(Blocks blocks, ulong[]? low, int count)
    {
        (_low, Count) = (low, count);
        (_starts, _shifts, _distances) = (blocks.Starts, blocks.Shifts, blocks.Distances);
        (_keys, _levels) = BuildTree(blocks.Keys);
        var blockCount = blocks.Keys.Count;
        if (blockCount < LeastBlocksForEntries || blockCount >= 1 << (32 - LevelBits))
            return;
        // About as many chunks as blocks, as far as the table stays in a near cache.
        var bits = Math.Clamp(BitOperations.Log2((uint)blockCount) + 1, 10, 18);
        _entryShift = 64 - bits;
        _entries = BuildEntries(blocks.Keys, bits);
    }

    public static IPv6Index Build(ReadOnlySpan<UInt128> edges)
    {
        if (edges.IsEmpty)
            return default;
        var low = (ulong[]?)null;
        for (var i = 0; i < edges.Length; i++)
        {
            if ((ulong)edges[i] != 0)
                (low ??= new ulong[edges.Length])[i] = (ulong)edges[i];
        }

        return new IPv6Index(Blocks.Of(edges), low, edges.Length);
    }

    private static (long[] Keys, int[] Levels) BuildTree(List<long> blockKeys)
    {
        var (levels, length, nodes) = (new List<int>(), 0, blockKeys.Count);
        do
        {
            nodes = (nodes + KeyNode.Size - 1) / KeyNode.Size;
            levels.Add(length);
            length = checked(length + (nodes * KeyNode.Size));
        }
        while (nodes > 1);

        var keys = GC.AllocateUninitializedArray<long>(length);
        Array.Fill(keys, long.MaxValue);
        blockKeys.CopyTo(keys);
        var count = blockKeys.Count;
        for (var level = 1; level < levels.Count; level++)
        {
            count = (count + KeyNode.Size - 1) / KeyNode.Size;
            for (var node = 0; node < count; node++)
                keys[levels[level] + node] = keys[levels[level - 1] + (node * KeyNode.Size)];
        }

        return (keys, [.. levels]);
    }

    /// <summary>For every chunk of 2000::/3 the lowest node that all of its blocks are under.</summary>
    private static uint[] BuildEntries(List<long> blockKeys, int bits)
    {
        var entries = GC.AllocateUninitializedArray<uint>(1 << bits);
        var (first, last) = (0, 0);
        for (var chunk = 0; chunk < entries.Length; chunk++)
        {
            var start = (long)((0b101ul << 61) | ((ulong)chunk << (61 - bits)));
            first = Advance(blockKeys, last, start);
            last = Advance(blockKeys, first, start + ((1L << (61 - bits)) - 1));
            var (node, other, height) = (first, last, 0u);
            for (; node != other; height++)
                (node, other) = (node / KeyNode.Size, other / KeyNode.Size);
            entries[chunk] = ((uint)node << LevelBits) | height;
        }

        return entries;
    }

    /// <summary>The last block, from the given one on, that begins at or before the key.</summary>
    private static int Advance(List<long> blockKeys, int block, long key)
    {
        while (block + 1 < blockKeys.Count && blockKeys[block + 1] <= key)
            block++;
        return block;
    }

    /// <summary>Edges cut into blocks: up to sixteen whose distances fit four bytes.</summary>
    private sealed record Blocks(List<long> Keys, uint[] Starts, byte[] Shifts, uint[] Distances)
    {
        public static Blocks Of(ReadOnlySpan<UInt128> edges)
        {
            var (keys, starts, shifts) = (new List<long>(), new List<uint>(), new List<byte>());
            var distances = GC.AllocateUninitializedArray<uint>(edges.Length + MostInBlock);
            distances.AsSpan(edges.Length).Clear();
            for (var first = 0; first < edges.Length;)
            {
                var key = Key(edges[first]);
                var end = End(edges, first, key, out var shift);
                keys.Add(key);
                starts.Add((uint)first);
                shifts.Add(shift);
                for (; first < end; first++)
                    distances[first] = (uint)((ulong)(Key(edges[first]) - key) >> shift);
            }

            starts.Add((uint)edges.Length);
            return new Blocks(keys, [.. starts], [.. shifts], distances);
        }

        private static int End(ReadOnlySpan<UInt128> edges, int first, long key, out byte shift)
        {
            shift = 63;
            var end = first + 1;
            for (; end < edges.Length && end - first < MostInBlock; end++)
            {
                var distance = (ulong)(Key(edges[end]) - key);
                var zeros = (byte)Math.Min(shift, BitOperations.TrailingZeroCount(distance));
                if (distance >> zeros > uint.MaxValue)
                    break;
                shift = zeros;
            }

            return end;
        }
    }
}

using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Net.Async;

/// <summary>The process-wide memory of the pipes: pinned blocks of two sizes, small for chat and large for streams.</summary>
/// <remarks>Bounded: beyond <see cref="RetainedBytes"/> a block that comes back takes the room of idle ones of the other size, or is left to the garbage collector.</remarks>
internal sealed class BlockPool : MemoryPool<byte>
{
    public const int SmallBlock = 4096;
    public const int LargeBlock = 65536;
    private const long RetainedBytes = 16 * 1024 * 1024;

    private readonly ConcurrentQueue<Block> _small = new();
    private readonly ConcurrentQueue<Block> _large = new();
    private long _retained;
    private long _rented;

    public static new BlockPool Shared { get; } = new();

    public override int MaxBufferSize => LargeBlock;

    /// <summary>Blocks that are held now.</summary>
    public long Rented => Interlocked.Read(ref _rented);

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, LargeBlock);
        var size = minBufferSize <= SmallBlock ? SmallBlock : LargeBlock;
        Interlocked.Increment(ref _rented);
        if (!QueueOf(size).TryDequeue(out var block))
            return new Block(this, size);
        Interlocked.Add(ref _retained, -size);
        block.Take();
        return block;
    }

    protected override void Dispose(bool disposing)
    {
        // Process-wide: it ends with the process.
    }

    private ConcurrentQueue<Block> QueueOf(int size) => size == SmallBlock ? _small : _large;

    private void Return(Block block, int size)
    {
        Interlocked.Decrement(ref _rented);
        var retained = Interlocked.Add(ref _retained, size);
        // What comes back last is what is used now: a burst of the other size must not keep it out for good.
        var other = size == SmallBlock ? LargeBlock : SmallBlock;
        while (retained > RetainedBytes && QueueOf(other).TryDequeue(out _))
            retained = Interlocked.Add(ref _retained, -other);
        if (retained <= RetainedBytes)
            QueueOf(size).Enqueue(block);
        else
            Interlocked.Add(ref _retained, -size);
    }

    private sealed class Block(BlockPool pool, int size) : IMemoryOwner<byte>
    {
        // Pinned for life on the pinned heap: the kernel never makes the collector move around it.
        private readonly Memory<byte> _memory = MemoryMarshal.CreateFromPinnedArray(GC.AllocateUninitializedArray<byte>(size, pinned: true), 0, size);
        private int _returned;

        public Memory<byte> Memory => _memory;

        public void Take() => Volatile.Write(ref _returned, 0);

        // A second return would hand one block to two owners: one connection's bytes to another's reader.
        public void Dispose()
        {
            if (Interlocked.Exchange(ref _returned, 1) == 0)
                pool.Return(this, size);
        }
    }
}

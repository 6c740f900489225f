using System.Buffers;

namespace Net.Async;

/// <summary>Memory for the host's own code, in blocks of the one size that Kestrel is written for.</summary>
/// <remarks>
/// Larger blocks let Kestrel put several writes into one segment of what it gathers while a flush is under way, and it sends such a segment twice when the flush ends between
/// a <c>GetMemory</c> and its <c>Advance</c>. With blocks of 4 KiB, as in its own pool, a write of more gets a segment of its own.
/// </remarks>
/// <param name="blocks">Where the blocks come from.</param>
internal sealed class HostMemoryPool(MemoryPool<byte> blocks) : MemoryPool<byte>
{
    private const int BlockSize = 4096;

    /// <summary>The one over the library's own pool.</summary>
    public static new HostMemoryPool Shared { get; } = new(BufferOptions.SharedPool);

    public override int MaxBufferSize => BlockSize;

    /// <summary>The pool for connections that take their blocks from another one; null for the library's own.</summary>
    public static HostMemoryPool Over(MemoryPool<byte>? blocks) => blocks is null ? Shared : new(blocks);

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockSize);
        return blocks.Rent(BlockSize);
    }

    protected override void Dispose(bool disposing)
    {
        // The blocks belong to the pool below.
    }
}

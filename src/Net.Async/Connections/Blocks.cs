using System.Buffers;

namespace Net.Async;

/// <summary>Rents the blocks of one connection.</summary>
internal static class Blocks
{
    public static IMemoryOwner<byte> Rent(MemoryPool<byte> pool, int size) =>
        // What no block of the pool can hold is made for the occasion and left to the collector.
        size <= pool.MaxBufferSize ? pool.Rent(size) : new Single(new byte[size]);

    private sealed class Single(byte[] bytes) : IMemoryOwner<byte>
    {
        public Memory<byte> Memory => bytes;

        public void Dispose()
        {
        }
    }
}

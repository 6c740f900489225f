using System.Buffers;

namespace Net.Async;

/// <summary>Rents the blocks of one connection.</summary>
internal static class Blocks
{
    /// <summary>At least so much, and the preferred size if the pool has blocks of it.</summary>
    public static IMemoryOwner<byte> Rent(MemoryPool<byte> pool, int least, int preferred)
    {
        var most = pool.MaxBufferSize;
        // What no block of the pool can hold is made for the occasion and left to the collector.
        return least > most ? new Single(new byte[least]) : pool.Rent(Math.Min(Math.Max(least, preferred), most));
    }

    private sealed class Single(byte[] bytes) : IMemoryOwner<byte>
    {
        public Memory<byte> Memory => bytes;

        public void Dispose()
        {
        }
    }
}

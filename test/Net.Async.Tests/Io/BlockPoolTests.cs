using System.Buffers;

namespace Net.Async.Tests;

public sealed class BlockPoolTests : IDisposable
{
    private const int Retained = 16 * 1024 * 1024;

    private readonly BlockPool _pool = new();

    public void Dispose() => _pool.Dispose();

    [Theory]
    [InlineData(-1, 4096)]
    [InlineData(0, 4096)]
    [InlineData(1, 4096)]
    [InlineData(4096, 4096)]
    [InlineData(4097, 65536)]
    [InlineData(65536, 65536)]
    public void Rent_Size_IsTheSmallestBlockThatHoldsIt(int size, int expected)
    {
        using var block = _pool.Rent(size);

        Assert.Equal(expected, block.Memory.Length);
    }

    [Fact]
    public void Rent_MoreThanTheLargestBlock_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _pool.Rent(_pool.MaxBufferSize + 1));
        Assert.Equal(0, _pool.Rented);
    }

    [Fact]
    public void Rent_WithoutASize_IsASmallBlock()
    {
        using var block = _pool.Rent();

        Assert.Equal(BlockPool.SmallBlock, block.Memory.Length);
    }

    [Theory]
    [InlineData(BlockPool.SmallBlock)]
    [InlineData(BlockPool.LargeBlock)]
    public void Rent_AfterAReturn_IsTheReturnedBlock(int size)
    {
        var block = _pool.Rent(size);
        block.Memory.Span[0] = 42;
        block.Dispose();

        using var again = _pool.Rent(size);

        Assert.True(Overlap(block, again));
    }

    [Fact]
    public void Rent_WhileOthersAreHeld_SharesNoMemory()
    {
        var blocks = Rent(100, BlockPool.SmallBlock);

        Assert.DoesNotContain(blocks.SelectMany((one, i) => blocks.Skip(i + 1).Select(other => Overlap(one, other))), static overlap => overlap);
    }

    // Counted once, a block given back twice would go to two owners: one connection's bytes to another's reader.
    [Fact]
    public void Dispose_Twice_ReturnsTheBlockOnce()
    {
        var block = _pool.Rent();
        block.Dispose();
        block.Dispose();

        Assert.Equal(0, _pool.Rented);
        using var one = _pool.Rent();
        using var other = _pool.Rent();
        Assert.False(Overlap(one, other));
    }

    [Fact]
    public async Task Dispose_FromManyThreads_ReturnsTheBlockOnce()
    {
        for (var round = 0; round < 200; round++)
        {
            var block = _pool.Rent();
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(block.Dispose)));

            Assert.Equal(0, _pool.Rented);
            using var one = _pool.Rent();
            using var other = _pool.Rent();
            Assert.False(Overlap(one, other));
        }
    }

    [Fact]
    public void Rented_RentsAndReturns_AreCounted()
    {
        var small = _pool.Rent();
        var large = _pool.Rent(BlockPool.LargeBlock);
        Assert.Equal(2, _pool.Rented);

        small.Dispose();
        Assert.Equal(1, _pool.Rented);
        large.Dispose();
        Assert.Equal(0, _pool.Rented);
    }

    [Fact]
    public void Pool_NoneGiven_IsTheOneOfTheProcess()
    {
        Assert.Null(new ConnectionOptions().Buffers.MemoryPool);
        Assert.Same(BlockPool.Shared, new ConnectionOptions().Buffers.Pool);
    }

    [Fact]
    public void Return_UpToTheBound_IsKept() => Assert.Equal(Retained / BlockPool.LargeBlock, CountOfKept(Retained / BlockPool.LargeBlock, BlockPool.LargeBlock));

    [Fact]
    public void Return_BeyondTheBound_IsLeftToTheCollector()
    {
        Assert.Equal(Retained / BlockPool.LargeBlock, CountOfKept((Retained / BlockPool.LargeBlock) + 8, BlockPool.LargeBlock));
        Assert.Equal(0, _pool.Rented);
    }

    // One bound for both sizes. A burst of one size that has passed must not keep the other out: each large block of a stream would be a new one.
    [Theory]
    [InlineData(BlockPool.SmallBlock, BlockPool.LargeBlock)]
    [InlineData(BlockPool.LargeBlock, BlockPool.SmallBlock)]
    public void Return_BeyondTheBoundOfBothSizes_TakesTheRoomOfTheOtherSize(int idle, int used)
    {
        var before = Rent(Retained / idle, idle);
        foreach (var block in before)
            block.Dispose();

        Assert.Equal(32, CountOfKept(32, used));
        var left = Rent(Retained / idle, idle).Count(block => before.Contains(block, ReferenceEqualityComparer.Instance));
        Assert.Equal((Retained / idle) - (((32 * used) + idle - 1) / idle), left);
    }

    [Fact]
    public void Dispose_OfThePool_LeavesItWorking()
    {
        _pool.Dispose();

        using var block = _pool.Rent();
        Assert.Equal(BlockPool.SmallBlock, block.Memory.Length);
    }

    /// <summary>Returns so many at once, then says how many of them are handed out again.</summary>
    private int CountOfKept(int count, int size)
    {
        var returned = Rent(count, size);
        foreach (var block in returned)
            block.Dispose();
        var again = Rent(count, size);
        var kept = again.Count(block => returned.Contains(block, ReferenceEqualityComparer.Instance));
        foreach (var block in again)
            block.Dispose();
        return kept;
    }

    private IMemoryOwner<byte>[] Rent(int count, int size) => [.. Enumerable.Range(0, count).Select(_ => _pool.Rent(size))];

    private static bool Overlap(IMemoryOwner<byte> one, IMemoryOwner<byte> other) => one.Memory.Span.Overlaps(other.Memory.Span);
}

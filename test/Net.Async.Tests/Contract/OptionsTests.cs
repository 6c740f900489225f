using System.Text;

namespace Net.Async.Tests.Contract;

/// <summary>What the connection options change.</summary>
public class OptionsTests : LeakCheck
{
    [Theory, Transports(ConnectionCapabilities.HalfClose)]
    public async Task ReadAhead_NobodyReads_BytesAndTheResetAreSeen(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync(new ConnectionOptions { Buffers = { ReadAhead = true, ReadAheadLimit = 8192 } });
        await pair.Client.Output.WriteAsync(new byte[1000]).Soon();
        await Eventually.IsAsync(() => pair.Accepted.BytesRead == 1000, "nothing was received ahead");
        await pair.Client.CloseAsync().Soon();
        await Eventually.FiresAsync("PeerClosed did not fire", pair.Accepted.PeerClosed);
        Assert.Equal(new byte[1000], await pair.Accepted.Input.ReadToEndAsync());
    }

    [Theory, Transports(ConnectionCapabilities.HalfClose)]
    public async Task ReadAhead_LimitReached_StopsUntilTheReaderConsumes(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync(new ConnectionOptions { Buffers = { ReadAhead = true, ReadAheadLimit = 8192 } });
        var bytes = Bytes.Random(3_000_000);
        var writing = pair.Client.Output.WriteAsync(bytes).AsTask();
        await Eventually.IsAsync(() => pair.Accepted.BytesRead >= 8192, "nothing was received ahead");
        // One block more than the limit at most: the receive that reached it.
        Assert.InRange(pair.Accepted.BytesRead, 8192, 8192 + BlockPool.LargeBlock);
        Assert.Equal(bytes, await pair.Accepted.Input.ReadExactlyAsync(bytes.Length));
        await writing.Soon();
    }

    [Fact]
    public async Task MemoryPool_Replaced_IsTheOneThatIsUsed()
    {
        using var pool = new CountingPool();
        await using (var pair = await Transport.Get("tcp4").ConnectPairAsync(new ConnectionOptions { Buffers = { MemoryPool = pool } }))
        {
            var before = BlockPool.Shared.Rented;
            pair.Client.Output.GetMemory(100_000);
            pair.Client.Output.Advance(100_000);
            await pair.Client.Output.FlushAsync().Soon();
            await pair.Accepted.Input.ReadExactlyAsync(100_000);
            Assert.Equal(before, BlockPool.Shared.Rented);
            Assert.True(pool.Rents > 0);
        }

        Assert.Equal(0, pool.Out);
    }

    [Theory, Transports]
    public async Task Ids_OfTwoEnds_Differ_AndToStringNamesBoth(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        Assert.NotEqual(pair.Client.Id, pair.Accepted.Id);
        var text = new StringBuilder().Append(pair.Client).ToString();
        Assert.Contains(NetEndPoint.Format(pair.Server.LocalEndPoint), text, StringComparison.Ordinal);
        var capabilities = Transport.CapabilitiesOf(transport);
        Assert.Equal((capabilities, capabilities), (pair.Client.Capabilities, pair.Accepted.Capabilities));
        Assert.Equal(capabilities.HasFlag(ConnectionCapabilities.Socket), pair.Client.Socket is not null);
    }

    private sealed class CountingPool : System.Buffers.MemoryPool<byte>
    {
        public int Rents { get; private set; }

        public int Out;

        public override int MaxBufferSize => 4096;

        public override System.Buffers.IMemoryOwner<byte> Rent(int minBufferSize = -1)
        {
            Rents++;
            Interlocked.Increment(ref Out);
            return new Owner(this, new byte[Math.Max(minBufferSize, 100)]);
        }

        protected override void Dispose(bool disposing)
        {
        }

        private sealed class Owner(CountingPool pool, byte[] bytes) : System.Buffers.IMemoryOwner<byte>
        {
            public Memory<byte> Memory => bytes;

            public void Dispose()
            {
                // Poisoned: who reads a block that it gave back reads this.
                bytes.AsSpan().Fill(0xDB);
                Interlocked.Decrement(ref pool.Out);
            }
        }
    }
}

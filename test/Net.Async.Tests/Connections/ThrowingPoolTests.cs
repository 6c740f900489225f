using System.Buffers;
using Net.Async.Tests.Contract;

namespace Net.Async.Tests.Connections;

/// <summary>A user's pool that has no memory fails the connection: no read waits for ever, and the process stays.</summary>
public class ThrowingPoolTests : LeakCheck
{
    [Theory, Transports]
    public async Task ReadAsync_PoolThrows_FailsTheConnection(string name)
    {
        await using var pair = await Transport.Get(name).ConnectPairAsync(new ConnectionOptions { Buffers = { MemoryPool = new EmptyPool() } });
        await pair.Client.SendAsync("x"u8.ToArray());

        var error = await Assert.ThrowsAsync<ConnectionException>(async () => await pair.Accepted.Input.ReadAsync().AsTask().Soon());

        Assert.IsType<InsufficientMemoryException>(error.InnerException);
        await Assert.ThrowsAsync<ConnectionException>(async () => await pair.Accepted.Input.ReadAsync().AsTask().Soon());
    }

    [Theory, Transports]
    public async Task ReadAsync_PoolThrowsWhileItWaits_FailsTheConnection(string name)
    {
        await using var pair = await Transport.Get(name).ConnectPairAsync(new ConnectionOptions { Buffers = { MemoryPool = new EmptyPool() } });
        var reading = pair.Accepted.Input.ReadAsync().AsTask();

        // An engine that tries before it waits has failed by then, and reset.
        _ = await Record.ExceptionAsync(async () => await pair.Client.SendAsync("x"u8.ToArray()));

        Assert.IsType<InsufficientMemoryException>((await Assert.ThrowsAsync<ConnectionException>(() => reading.Soon())).InnerException);
        Assert.Equal(ConnectionError.Aborted, pair.Accepted.CloseReason!.Error);
    }

    private sealed class EmptyPool : MemoryPool<byte>
    {
        public override int MaxBufferSize => 1 << 20;

        public override IMemoryOwner<byte> Rent(int minBufferSize = -1) => throw new InsufficientMemoryException("The pool is empty.");

        protected override void Dispose(bool disposing)
        {
        }
    }
}

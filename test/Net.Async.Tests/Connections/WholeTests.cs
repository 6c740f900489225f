using System.Buffers;
using System.IO.Pipelines;

namespace Net.Async.Tests.Connections;

/// <summary>A stream is copied into the output, and the connection ends while the next part of it is read.</summary>
public sealed class WholeTests : IDisposable
{
    private readonly CountingPool _pool = new();
    private readonly WaitingSource _source = new();
    private readonly Connection _connection;
    private readonly Task _copy;

    public WholeTests()
    {
        _connection = Connection.FromTransport(new HookedStream(), new ConnectionOptions { Buffers = { MemoryPool = _pool } });
        _copy = _source.CopyToAsync(_connection.Output);
    }

    [Fact]
    public async Task Complete_AfterAnAbort_LeavesTheBlockToTheRead()
    {
        await _source.Reading.Soon();
        _connection.Abort();
        _connection.Output.Complete();

        Assert.Equal(1, _pool.Rented);
        _source.End(1);
        await Assert.ThrowsAsync<ConnectionException>(() => _copy.Soon());
        Assert.Equal(0, _pool.Rented);
    }

    [Fact]
    public async Task Abort_AfterAComplete_IsWhatTheCopyThrows()
    {
        await _source.Reading.Soon();
        _connection.Output.Complete();
        _connection.Abort();
        _source.End(1);

        Assert.Equal(ConnectionError.Aborted, (await Assert.ThrowsAsync<ConnectionException>(() => _copy.Soon())).Error);
        Assert.Equal(0, _pool.Rented);
    }

    [Fact]
    public async Task SecondWhole_AfterAnAbort_IsRefusedAsBefore()
    {
        await _source.Reading.Soon();
        _connection.Abort();

        await Assert.ThrowsAsync<InvalidOperationException>(() => new WaitingSource().CopyToAsync(_connection.Output).Soon());
        Assert.Equal(1, _pool.Rented);
        _source.End(0);
        await _copy.Soon();
    }

    public void Dispose()
    {
        _source.Dispose();
        _pool.Dispose();
    }

    /// <summary>A stream with a length whose read ends when the test says so.</summary>
    private sealed class WaitingSource : MemoryStream
    {
        private readonly TaskCompletionSource _reading = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource<int> _read = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Reading => _reading.Task;

        public void End(int count) => _read.SetResult(count);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _reading.SetResult();
            return new(_read.Task);
        }
    }

    private sealed class CountingPool : MemoryPool<byte>
    {
        private int _rented;

        public int Rented => Volatile.Read(ref _rented);

        public override int MaxBufferSize => 65536;

        public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
        {
            Interlocked.Increment(ref _rented);
            return new Owner(this, new byte[Math.Max(minBufferSize, 4096)]);
        }

        protected override void Dispose(bool disposing)
        {
        }

        private sealed class Owner(CountingPool pool, byte[] bytes) : IMemoryOwner<byte>
        {
            public Memory<byte> Memory => bytes;

            public void Dispose() => Interlocked.Decrement(ref pool._rented);
        }
    }
}

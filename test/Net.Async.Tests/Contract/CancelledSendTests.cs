namespace Net.Async.Tests.Contract;

/// <summary>What a cancelled send says is true: all has gone, or nothing has, or the connection is aborted.</summary>
public class CancelledSendTests : LeakCheck
{
    private static readonly ConnectionOptions s_small = new ConnectionOptions { Buffers = { SendBufferSize = 16 * 1024, ReceiveBufferSize = 16 * 1024 } };

    [Theory, Transports]
    public async Task SendAsync_CancelledWhileNothingHasGone_SendsNothingAndTheConnectionStays(string transport)
    {
        await using var waiting = await WaitingSend.EndAsync(transport, OptionsOf(transport), static (_, cancel) => cancel.Cancel());
        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.Sending);
        Assert.True(exception.CancellationToken.IsCancellationRequested);
        await AssertNothingWasSentAsync(waiting);
    }

    [Theory, Transports]
    public async Task SendAsync_CancelledByThePipeWhileNothingHasGone_SendsNothingAndTheConnectionStays(string transport)
    {
        await using var waiting = await WaitingSend.EndAsync(transport, OptionsOf(transport), static (client, _) => client.Output.CancelPendingFlush());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.Sending);
        await AssertNothingWasSentAsync(waiting);
    }

    [Theory, Transports]
    public async Task SendAsync_WaitsWithNothingGone_AnOrderlyEndWaitsForIt(string transport)
    {
        await using var waiting = await WaitingSend.StartAsync(transport, OptionsOf(transport), CancellationToken.None);
        var closing = waiting.Pair.Client.CloseAsync();
        var got = await ReadAllAsync(waiting.Pair.Accepted).Soon();
        await waiting.Sending.Soon();
        await closing.Soon();
        Assert.Equal(waiting.Filled + WaitingSend.Length, got.Length);
        Assert.Equal(WaitingSend.Bytes, got[^WaitingSend.Length..]);
    }

    [Theory, Transports]
    public async Task SendAsync_CancelledByThePipeBefore_SendsNothingOnce(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        pair.Client.Output.CancelPendingFlush();
        await Assert.ThrowsAsync<OperationCanceledException>(() => pair.Client.SendAsync("x"u8.ToArray()).Soon());
        Assert.Null(pair.Client.CloseReason);
        Assert.Equal(0, pair.Client.BytesWritten);
        await pair.Client.SendAsync("y"u8.ToArray()).Soon();
        await pair.Client.Output.CompleteAsync().Soon();
        await pair.Client.CloseAsync().Soon();
        Assert.Equal("y"u8.ToArray(), await pair.Accepted.Input.ReadToEndAsync());
    }

    [Theory, Transports]
    public async Task SendAsync_CancelledAtAnyMoment_SaysWhatThePeerGot(string transport)
    {
        var random = new Random(7);
        for (var round = 0; round < 12; round++)
        {
            await using var pair = await Transport.Get(transport).ConnectPairAsync(OptionsOf(transport));
            using var cancel = new CancellationTokenSource();
            using var busy = new BusyPool(round % 2 == 0 ? 0 : 64);
            var bytes = Bytes.Random(random.Next(1, 400_000), round);
            var reading = ReadAllAsync(pair.Accepted);
            var sending = pair.Client.SendAsync(bytes, cancel.Token).AsTask();
            Thread.SpinWait(random.Next(200_000));
            await cancel.CancelAsync();
            var sent = await IsSentAsync(sending);
            var aborted = pair.Client.CloseReason is not null;
            await pair.Client.CloseAsync().ContinueWith(static ended => ended.Exception, TaskScheduler.Default).Soon();
            var got = await reading.Soon();
            if (sent)
                Assert.Equal(bytes, got);
            else if (!aborted)
                Assert.Empty(got);
            else
                Assert.Equal(bytes[..got.Length], got);
        }
    }

    private static async Task<bool> IsSentAsync(Task sending)
    {
        try
        {
            await sending.Soon();
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static async Task<byte[]> ReadAllAsync(Connection connection)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[10_000];
        try
        {
            while (await connection.ReceiveAsync(buffer).ConfigureAwait(false) is var count and > 0)
                bytes.Write(buffer, 0, count);
        }
        catch (ConnectionException)
        {
            // Aborted: what came before counts.
        }

        return bytes.ToArray();
    }

    private static async Task AssertNothingWasSentAsync(WaitingSend waiting)
    {
        var client = waiting.Pair.Client;
        Assert.Null(client.CloseReason);
        Assert.Equal(0, client.UnflushedBytes);
        var reading = ReadAllAsync(waiting.Pair.Accepted);
        await client.SendAsync("end"u8.ToArray()).Soon();
        await client.CloseAsync().Soon();
        var got = await reading.Soon();
        Assert.Equal(waiting.Filled + 3, got.Length);
        Assert.Equal("end"u8.ToArray(), got[^3..]);
        Assert.DoesNotContain(WaitingSend.Bytes[0], got);
    }

    private static ConnectionOptions OptionsOf(string transport) => Transport.CapabilitiesOf(transport).HasFlag(ConnectionCapabilities.Socket) ? s_small : new ConnectionOptions();

    /// <summary>Keeps threads of the pool busy, so that what it is given waits.</summary>
    private sealed class BusyPool : IDisposable
    {
        private readonly ManualResetEventSlim _over = new();
        private readonly CountdownEvent _left;

        public BusyPool(int works)
        {
            _left = new CountdownEvent(works + 1);
            for (var i = 0; i < works; i++)
            {
                ThreadPool.QueueUserWorkItem(_ =>
                {
                    Thread.SpinWait(30_000);
                    _left.Signal();
                });
            }
        }

        public void Dispose()
        {
            _left.Signal();
            _left.Wait();
            _over.Dispose();
            _left.Dispose();
        }
    }
}

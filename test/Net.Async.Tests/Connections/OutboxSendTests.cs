namespace Net.Async.Tests.Connections;

/// <summary>How an outbox sends, with a kernel that the test is.</summary>
public class OutboxSendTests : LeakCheck
{
    private const int Rounds = 10_000;

    [Fact]
    public async Task TryPost_ManyWhileTheKernelIsFull_GoInFewCalls()
    {
        var stream = new ScriptedStream { IsFull = true };
        var connection = Open(stream);
        for (var i = 0; i < 5000; i++)
            Assert.True(connection.Outbox.TryPost(new byte[100]));
        stream.TakeAll();
        await connection.Outbox.FlushAsync().Soon();

        // The first went alone; each other call has as many as 64 KiB hold.
        Assert.Equal((500_000, 8), (stream.Received, stream.Sends));
        connection.Abort();
    }

    // Without the context of a test, what waits for the kernel continues on the stack of the kernel.
    [Fact]
    public Task TakeAll_ALongQueue_IsNotAllSentOnOneStack() => Task.Run(static async () =>
    {
        var stream = new ScriptedStream { IsFull = true };
        var connection = Open(stream);
        for (var i = 0; i < 30; i++)
            Assert.True(connection.Outbox.TryPost(new byte[100_000]));
        var sentHere = 0;
        var here = Environment.CurrentManagedThreadId;
        stream.OnSent = count => sentHere += Environment.CurrentManagedThreadId == here ? count : 0;
        stream.TakeAll();
        var sentByThen = sentHere;
        await connection.Outbox.FlushAsync().Soon();

        Assert.InRange(sentByThen, 1, (1 << 20) + 100_000);
        Assert.Equal(3_000_000, stream.Received);
        connection.Abort();
    });

    [Fact]
    public Task Dispose_AfterAnAbort_GivesTheBatchBack() => Task.Run(static async () =>
    {
        var (stream, before) = (new ScriptedStream { IsFull = true }, BlockPool.Shared.Rented);
        var connection = Open(stream);
        for (var i = 0; i < 100; i++)
            connection.Outbox.TryPost(new byte[100]);
        stream.TakeAndFill();
        Assert.Equal(before + 1, BlockPool.Shared.Rented);
        connection.Abort();

        // The kernel still reads it.
        Assert.Equal(before + 1, BlockPool.Shared.Rented);
        stream.TakeAll();
        Assert.Equal((before, 0), (BlockPool.Shared.Rented, connection.Outbox.QueuedBytes));
        await connection.DisposeAsync();
    });

    [Fact]
    public async Task TryPost_APartOfTheNextFlushHasGone_WaitsForTheRest()
    {
        var stream = new ScriptedStream { IsFull = true };
        var connection = Open(stream);
        var first = connection.Output.WriteAsync(new byte[1]).AsTask();
        connection.Output.CancelPendingFlush();
        Assert.True((await first.Soon()).IsCanceled);
        connection.Output.GetSpan()[0] = 2;
        connection.Output.Advance(1);
        stream.TakeAll();
        await Eventually.IsAsync(() => stream.Received == 2, "what was written went with what waited");

        Assert.True(connection.Outbox.TryPost([9]));
        Assert.Equal(2, stream.Received);
        connection.Output.GetSpan()[0] = 3;
        connection.Output.Advance(1);
        await connection.Output.FlushAsync().Soon();
        await connection.Outbox.FlushAsync().Soon();
        Assert.Equal([0, 2, 3, 9], stream.Wire);
        connection.Abort();
    }

    [Fact]
    public async Task TryPost_ReadOnlyConnection_IsAMistake()
    {
        await using var connection = Connection.FromStream(new MemoryStream([1, 2, 3], writable: false));

        Assert.Contains("for reading only", Assert.Throws<InvalidOperationException>(() => connection.Outbox.TryPost([1])).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await connection.Outbox.PostAsync(new byte[1]));
    }

    [Fact]
    public Task CompleteAsync_ASendEndsMeanwhile_FinIsBehindEveryMessage() => RaceAsync(static async (connection, stream) =>
    {
        await connection.Output.CompleteAsync().Soon();
        Assert.Equal((true, 2), (stream.FinSent, stream.Received));
    });

    [Fact]
    public Task FlushAsync_ASendEndsMeanwhile_NothingStaysUnsent() => RaceAsync(static async (connection, stream) =>
    {
        await connection.Outbox.FlushAsync().Soon();
        Assert.Equal((0, 2), (connection.Outbox.QueuedBytes, stream.Received));
    });

    [Fact]
    public Task WriteAsync_ASendEndsMeanwhile_IsDoneWhenItsOwnBytesAreSent() => RaceAsync(static async (connection, stream) =>
    {
        await connection.Output.WriteAsync(new byte[1]).Soon();
        // The message was queued before, and the write goes before it at most.
        await connection.Outbox.FlushAsync().Soon();
        Assert.Equal(3, stream.Received);
    });

    [Fact]
    public async Task WriteAsync_MessagesArePostedMeanwhile_IsDoneWhenItsOwnBytesAreSent()
    {
        var sentOfWrites = 0L;
        var stream = new HookedStream
        {
            OnSend = bytes =>
            {
                Interlocked.Add(ref sentOfWrites, bytes.AsSpan().Count((byte)2));
                return TransportResult.Of(bytes.Length);
            },
        };
        var connection = Open(stream);
        using var stop = new CancellationTokenSource();
        var posting = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
                connection.Outbox.TryPost([1]);
        });
        for (var round = 1; round <= Rounds; round++)
        {
            Assert.False((await connection.Output.WriteAsync(new byte[] { 2, 2, 2 }).Soon()).IsCompleted);
            Assert.Equal(3L * round, Interlocked.Read(ref sentOfWrites));
        }

        await stop.CancelAsync();
        await posting.Soon();
        connection.Abort();
    }

    private static async Task RaceAsync(Func<Connection, ScriptedStream, Task> finish)
    {
        var random = new Random(1);
        for (var round = 0; round < Rounds; round++)
        {
            var stream = new ScriptedStream { IsFull = true };
            var connection = Open(stream);
            Assert.True(connection.Outbox.TryPost([1]));
            var (here, there) = (random.Next(60), random.Next(60));
            var kernel = Task.Run(() =>
            {
                Thread.SpinWait(there);
                stream.TakeAll();
            });
            Thread.SpinWait(here);
            Assert.True(connection.Outbox.TryPost([2]));
            await finish(connection, stream);
            await kernel;
            connection.Abort();
            connection.Output.Complete();
        }
    }

    private static StreamConnection Open(TransportStream stream) =>
        new(stream, new ConnectionOptions { Outbox = new OutboxOptions { MaxBytes = 8 << 20 } });
}

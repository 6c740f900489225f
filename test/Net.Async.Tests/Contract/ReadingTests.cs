using System.Buffers;
using System.IO.Pipelines;

namespace Net.Async.Tests.Contract;

/// <summary>The PipeReader contract over every transport.</summary>
public class ReadingTests : LeakCheck
{
    [Theory, Transports]
    public async Task ReadAtLeastAsync_BytesInPieces_LeavesThemUnexamined(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var reading = pair.Accepted.Input.ReadAtLeastAsync(4).AsTask();
        foreach (var piece in new byte[] { 0, 0, 0, 3, 9 })
        {
            await pair.Client.Output.WriteAsync(new[] { piece }).Soon();
            await Eventually.IsAsync(() => pair.Accepted.BytesRead == pair.Client.BytesWritten || reading.IsCompleted, "the piece was not read");
        }

        // A header was looked at and not consumed: the whole frame is read from its start.
        pair.Accepted.Input.AdvanceTo((await reading.Soon()).Buffer.Start);
        await pair.Client.Output.WriteAsync(new byte[] { 8, 7 }).Soon();
        var frame = await pair.Accepted.Input.ReadAtLeastAsync(7).Soon();
        Assert.Equal([0, 0, 0, 3, 9, 8, 7], frame.Buffer.ToArray());
        pair.Accepted.Input.AdvanceTo(frame.Buffer.GetPosition(6));
        using var cancel = new CancellationTokenSource();
        var waiting = pair.Accepted.Input.ReadAtLeastAsync(2, cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.Soon());
        // The byte that the wait had looked at is there for the next read.
        Assert.Equal([7], (await pair.Accepted.Input.ReadAsync().Soon()).Buffer.ToArray());
    }

    // A pool that starts a read to see whether a connection can be used again takes one that is not complete for a good one.
    [Theory, Transports]
    public async Task ReadAsync_PeerHasEndedBefore_IsCompleteWhenItReturns(string transport)
    {
        for (var rounds = 0; rounds < 10; rounds++)
        {
            await using var pair = await Transport.Get(transport).ConnectPairAsync();
            for (var round = 0; round < rounds; round++)
            {
                await pair.Accepted.Output.WriteAsync(new byte[] { 1 });
                await pair.Client.Input.ReadExactlyAsync(1);
            }

            await pair.Accepted.DisposeAsync();
            await Task.Delay(50);
            var read = pair.Client.Input.ReadAsync();
            Assert.True(read.IsCompleted, $"after {rounds} rounds");
            Assert.True((await read).IsCompleted);
        }
    }

    [Theory, Transports]
    public async Task ReadAsync_DataArrives_ReturnsItInOrder(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var bytes = Bytes.Random(300_000);
        var sending = SendInPiecesAsync(pair.Client.Output, bytes);
        Assert.Equal(bytes, await pair.Accepted.Input.ReadExactlyAsync(bytes.Length));
        await sending.Soon();
        Assert.Equal(bytes.Length, pair.Client.BytesWritten);
        Assert.Equal(bytes.Length, pair.Accepted.BytesRead);
    }

    [Theory, Transports]
    public async Task ReadAsync_EverythingExamined_WaitsForMore(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        await pair.Client.Output.WriteAsync("ab"u8.ToArray());
        var input = pair.Accepted.Input;
        var first = await input.ReadAtLeastAsync(2).Soon();
        input.AdvanceTo(first.Buffer.Start, first.Buffer.End);
        var pending = input.ReadAsync().AsTask();
        Assert.False(pending.IsCompleted);
        await pair.Client.Output.WriteAsync("c"u8.ToArray());
        var second = await pending.Soon();
        Assert.Equal("abc"u8.ToArray(), second.Buffer.ToArray());
        input.AdvanceTo(second.Buffer.End);
    }

    // As on a Pipe: one who has looked ahead, and found enough, leaves all of it to the next reader.
    [Theory, Transports]
    public async Task AdvanceTo_LessExaminedThanEarlier_TheNextReadReturnsAtOnce(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        await pair.Client.Output.WriteAsync("hello"u8.ToArray()).Soon();
        var result = await pair.Accepted.Input.ReadAtLeastAsync(5).Soon();
        pair.Accepted.Input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        var reading = pair.Accepted.Input.ReadAsync().AsTask();
        await pair.Client.Output.WriteAsync(" there"u8.ToArray()).Soon();
        result = await reading.Soon();
        pair.Accepted.Input.AdvanceTo(result.Buffer.Start, result.Buffer.Start);
        Assert.True(pair.Accepted.Input.TryRead(out result));
        pair.Accepted.Input.AdvanceTo(result.Buffer.GetPosition(3), result.Buffer.GetPosition(4));
        Assert.Equal("lo there"u8.ToArray(), await pair.Accepted.Input.ReadExactlyAsync(8));
    }

    [Theory, Transports]
    public async Task ReadAsync_NotEverythingExamined_ReturnsAtOnce(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        await pair.Client.Output.WriteAsync("ab"u8.ToArray());
        var input = pair.Accepted.Input;
        var first = await input.ReadAtLeastAsync(2).Soon();
        input.AdvanceTo(first.Buffer.GetPosition(1));
        var second = await input.ReadAsync().Soon();
        Assert.Equal("b"u8.ToArray(), second.Buffer.ToArray());
        input.AdvanceTo(second.Buffer.End);
    }

    [Theory, Transports]
    public async Task ReadAsync_TokenCancelledWhilePending_ThrowsItAndLosesNothing(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        for (var i = 0; i < 100; i++)
        {
            using var cancel = new CancellationTokenSource();
            var pending = pair.Accepted.Input.ReadAsync(cancel.Token).AsTask();
            await cancel.CancelAsync();
            var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending.Soon());
            Assert.Equal(cancel.Token, exception.CancellationToken);
            await pair.Client.Output.WriteAsync(new[] { (byte)i });
            Assert.Equal([(byte)i], await pair.Accepted.Input.ReadExactlyAsync(1));
        }
    }

    [Theory, Transports]
    public async Task ReadAsync_TokenRacesData_LosesNothing(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        // No more than a Unix socket holds unread: each byte costs it a whole buffer.
        var received = new List<byte>();
        for (var i = 0; i < 200; i++)
        {
            using var cancel = new CancellationTokenSource();
            var pending = pair.Accepted.Input.ReadAsync(cancel.Token).AsTask();
            var sending = pair.Client.Output.WriteAsync(new[] { (byte)i }).AsTask();
            cancel.Cancel();
            await sending.Soon();
            try
            {
                Take(await pending.Soon());
            }
            catch (OperationCanceledException)
            {
                // The byte comes with a later read.
            }
        }

        while (received.Count < 200)
            Take(await pair.Accepted.Input.ReadAsync().Soon());
        Assert.Equal(Enumerable.Range(0, 200).Select(i => (byte)i), received);

        void Take(ReadResult result)
        {
            received.AddRange(result.Buffer.ToArray());
            pair.Accepted.Input.AdvanceTo(result.Buffer.End);
        }
    }

    [Theory, Transports]
    public async Task CancelPendingRead_WhilePendingAndBefore_ShowsOnceEach(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var input = pair.Accepted.Input;
        var pending = input.ReadAsync().AsTask();
        input.CancelPendingRead();
        Assert.True(await CanceledAsync(pending));
        input.CancelPendingRead();
        Assert.True(await CanceledAsync(input.ReadAsync().AsTask()));
        var after = input.ReadAsync().AsTask();
        Assert.False(after.IsCompleted);
        await pair.Client.Output.WriteAsync("x"u8.ToArray());
        Assert.False(await CanceledAsync(after));

        async Task<bool> CanceledAsync(Task<ReadResult> read)
        {
            var result = await read.Soon();
            input.AdvanceTo(result.Buffer.End);
            return result.IsCanceled;
        }
    }

    [Theory, Transports]
    public async Task TryRead_NothingThenData_FalseThenTrue(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var input = pair.Accepted.Input;
        Assert.False(input.TryRead(out _));
        await pair.Client.Output.WriteAsync("x"u8.ToArray());
        ReadResult result = default;
        await Eventually.IsAsync(() => input.TryRead(out result), "TryRead never saw the byte");
        Assert.Equal("x"u8.ToArray(), result.Buffer.ToArray());
        input.AdvanceTo(result.Buffer.End);
        Assert.False(input.TryRead(out _));
    }

    [Theory, Transports]
    public async Task ReadAsync_MisusedInEveryWay_ThrowsAndChangesNothing(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var input = pair.Accepted.Input;
        Assert.Throws<InvalidOperationException>(() => input.AdvanceTo(default));
        var pending = input.ReadAsync().AsTask();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await input.ReadAsync());
        Assert.Throws<InvalidOperationException>(() => input.TryRead(out _));
        await pair.Client.Output.WriteAsync("abc"u8.ToArray());
        var result = await pending.Soon();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await input.ReadAsync());
        var foreign = new ReadOnlySequence<byte>(new byte[3]);
        Assert.Throws<InvalidOperationException>(() => input.AdvanceTo(foreign.Start));
        input.AdvanceTo(result.Buffer.Start);
        Assert.Equal("abc"u8.ToArray(), await input.ReadExactlyAsync(3));
        input.Complete();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await input.ReadAsync());
        Assert.Throws<InvalidOperationException>(() => input.TryRead(out _));
    }

    [Theory, Transports]
    public async Task ReadAsync_LimitOfUnconsumedBytesReached_ThrowsAndNamesIt(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync(new ConnectionOptions { Buffers = { MaxUnconsumedBytes = 65536 } });
        var input = pair.Accepted.Input;
        // Not awaited: most of it never arrives, and the abort at the end cuts it off.
        var sending = pair.Client.Output.WriteAsync(new byte[1_000_000]).AsTask();
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            while (true)
            {
                var result = await input.ReadAsync().Soon();
                input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            }
        });
        Assert.Contains("unconsumed", exception.Message, StringComparison.Ordinal);
        await pair.DisposeAsync();
        await sending.ContinueWith(static ended => ended.Exception, TaskScheduler.Default).Soon();
    }

    [Theory, Transports]
    public async Task CopyToAsync_IntoAStream_CopiesToTheEnd(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var bytes = Bytes.Random(200_000, 7);
        var reading = pair.Accepted.Input.ReadToEndAsync();
        await pair.Client.Output.WriteAsync(bytes).Soon();
        await pair.Client.CloseAsync().Soon();
        Assert.Equal(bytes, await reading.Soon());
    }

    private static async Task SendInPiecesAsync(PipeWriter output, byte[] bytes)
    {
        var random = new Random(3);
        for (var sent = 0; sent < bytes.Length;)
        {
            var count = Math.Min(random.Next(1, 9000), bytes.Length - sent);
            await output.WriteAsync(bytes.AsMemory(sent, count));
            sent += count;
        }
    }
}

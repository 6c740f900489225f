using System.Buffers;
using System.IO.Pipelines;

namespace Net.Async.Tests.Contract;

/// <summary>The PipeWriter contract over every transport.</summary>
public class WritingTests : LeakCheck
{
    [Theory, Transports]
    public async Task FlushAsync_SmallWrites_ArriveTogetherInOrder(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var output = pair.Client.Output;
        var bytes = Bytes.Random(20_000);
        for (var i = 0; i < bytes.Length;)
        {
            var span = output.GetSpan(1);
            var count = Math.Min(Math.Min(span.Length, 777), bytes.Length - i);
            bytes.AsSpan(i, count).CopyTo(span);
            output.Advance(count);
            i += count;
        }

        Assert.Equal(bytes.Length, pair.Client.UnflushedBytes);
        var reading = pair.Accepted.Input.ReadExactlyAsync(bytes.Length);
        Assert.False((await output.FlushAsync().Soon()).IsCompleted);
        Assert.Equal(bytes, await reading);
        Assert.Equal(0, pair.Client.UnflushedBytes);
    }

    [Theory, Transports]
    public async Task GetMemory_HintsOfEverySize_GivesAtLeastThat(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var output = pair.Client.Output;
        foreach (var hint in new[] { 0, 1, 4095, 4096, 4097, 65536, 65537, 500_000 })
            Assert.True(output.GetMemory(hint).Length >= Math.Max(1, hint));
        Assert.Throws<ArgumentOutOfRangeException>(() => output.GetMemory(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => output.Advance(-1));
        // More than was given out, whatever that was.
        var given = output.GetMemory(10).Length;
        Assert.ThrowsAny<Exception>(() => output.Advance(given + 1));
        output.GetSpan(1)[0] = 42;
        output.Advance(1);
        await output.FlushAsync().Soon();
        Assert.Equal([42], await pair.Accepted.Input.ReadExactlyAsync(1));
    }

    [Theory, Transports]
    public async Task FlushAsync_PeerDoesNotRead_WaitsThenGoesOn(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var bytes = Bytes.Random(8_000_000);
        var writing = pair.Client.Output.WriteAsync(bytes).AsTask();
        Assert.False(writing.IsCompleted);
        var reading = pair.Accepted.Input.ReadExactlyAsync(bytes.Length);
        await writing.Soon();
        Assert.Equal(bytes, await reading.Soon());
    }

    [Theory, Transports]
    public async Task FlushAsync_CancelledWhilePending_TheSendGoesOn(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var bytes = Bytes.Random(8_000_000);
        using var cancel = new CancellationTokenSource();
        var writing = pair.Client.Output.WriteAsync(bytes, cancel.Token).AsTask();
        Assert.False(writing.IsCompleted);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing.Soon());
        var reading = pair.Accepted.Input.ReadExactlyAsync(bytes.Length + 1);
        await pair.Client.Output.WriteAsync("!"u8.ToArray()).Soon();
        var received = await reading.Soon();
        Assert.Equal(bytes, received[..^1]);
        Assert.Equal((byte)'!', received[^1]);
    }

    [Theory, Transports]
    public async Task CancelPendingFlush_WhilePendingAndBefore_ShowsOnceEach(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var output = pair.Client.Output;
        output.CancelPendingFlush();
        Assert.True((await output.FlushAsync().Soon()).IsCanceled);
        Assert.False((await output.FlushAsync().Soon()).IsCanceled);
        var bytes = Bytes.Random(8_000_000);
        var writing = output.WriteAsync(bytes).AsTask();
        Assert.False(writing.IsCompleted);
        output.CancelPendingFlush();
        Assert.True((await writing.Soon()).IsCanceled);
        Assert.Equal(bytes, await pair.Accepted.Input.ReadExactlyAsync(bytes.Length));
        Assert.False((await output.FlushAsync().Soon()).IsCanceled);
    }

    [Theory, Transports]
    public async Task FlushAsync_WhileAnotherIsPending_Throws(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var writing = pair.Client.Output.WriteAsync(new byte[8_000_000]).AsTask();
        Assert.False(writing.IsCompleted);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await pair.Client.Output.FlushAsync());
        await pair.Accepted.Input.ReadExactlyAsync(8_000_000);
        await writing.Soon();
    }

    [Theory, Transports]
    public async Task GetMemory_BeyondTheLimitOfUnflushedBytes_Throws(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync(new ConnectionOptions { Buffers = { MaxUnflushedBytes = 65536 } });
        var output = pair.Client.Output;
        output.GetSpan(65536);
        output.Advance(65536);
        Assert.Throws<InvalidOperationException>(() => output.GetMemory(1));
        var reading = pair.Accepted.Input.ReadExactlyAsync(65536);
        await output.FlushAsync().Soon();
        await reading;
        Assert.True(output.GetMemory(1).Length > 0);
    }

    [Theory, Transports]
    public async Task Complete_ThenWrite_Throws(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var output = pair.Client.Output;
        await output.CompleteAsync().Soon();
        output.Complete();
        Assert.Throws<InvalidOperationException>(() => output.GetMemory());
        Assert.Throws<InvalidOperationException>(() => output.Advance(0));
        Assert.True((await output.FlushAsync().Soon()).IsCompleted);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await output.WriteAsync(new byte[1]));
    }
}

using System.Buffers;

namespace Net.Async.Tests.Contract;

/// <summary>ReceiveAsync, SendAsync and AsStream: past the pipes, or over them.</summary>
public class DirectTests : LeakCheck
{
    [Theory, Transports]
    public async Task SendAndReceive_OwnMemory_CarriesTheBytes(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var bytes = Bytes.Random(1_000_000);
        var sending = pair.Client.SendAsync(bytes).AsTask();
        var received = new byte[bytes.Length];
        for (var count = 0; count < bytes.Length;)
        {
            var more = await pair.Accepted.ReceiveAsync(received.AsMemory(count, Math.Min(10_000, bytes.Length - count))).Soon();
            Assert.NotEqual(0, more);
            count += more;
        }

        await sending.Soon();
        Assert.Equal(bytes, received);
        Assert.Equal(bytes.Length, pair.Accepted.BytesRead);
        await pair.Client.CloseAsync().Soon();
        Assert.Equal(0, await pair.Accepted.ReceiveAsync(received).Soon());
    }

    [Theory, Transports]
    public async Task SendAsync_ASequence_IsSentWhole(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        foreach (var sizes in (int[][])[[], [5], [0, 3, 0], [1, 70_000, 2, 300_000]])
        {
            var pieces = sizes.Select(Bytes.Random).ToArray();
            var sending = pair.Client.SendAsync(Pieces.Of(pieces)).AsTask();
            if (sizes.Length > 0)
                Assert.Equal(pieces.SelectMany(static piece => piece).ToArray(), await pair.Accepted.Input.ReadExactlyAsync(sizes.Sum()).Soon());
            await sending.Soon();
        }
    }

    [Theory, Transports]
    public async Task SendAsync_ASequenceThatWaits_IsAWholeOrAnAbort(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        using var cancel = new CancellationTokenSource();
        var sending = pair.Client.SendAsync(Pieces.Of([new byte[100], new byte[64 << 20]]), cancel.Token).AsTask();
        await Eventually.IsAsync(() => pair.Client.BytesWritten > 100, "nothing was sent");
        // An orderly end waits for the rest: the peer must not take a part for the whole.
        var closing = pair.Client.CloseAsync();
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => sending.Soon());
        await Assert.ThrowsAnyAsync<Exception>(() => closing.Soon());
        Assert.False(pair.Client.CloseReason!.IsClean);
    }

    [Theory, Transports]
    public async Task SendAsync_ASequenceCancelledBefore_SendsNothing(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pair.Client.SendAsync(Pieces.Of([new byte[1], new byte[1]]), new CancellationToken(canceled: true)).AsTask());
        Assert.Equal((0, null), (pair.Client.BytesWritten, pair.Client.CloseReason));
        pair.Client.Output.Write(new byte[1]);
        await Assert.ThrowsAsync<InvalidOperationException>(() => pair.Client.SendAsync(Pieces.Of([new byte[1], new byte[1]])).AsTask());
        Assert.Null(pair.Client.CloseReason);
    }

    [Theory, Transports]
    public async Task ReceiveAsync_Cancelled_LosesNothing(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var buffer = new byte[10];
        for (var i = 0; i < 50; i++)
        {
            using var cancel = new CancellationTokenSource();
            var pending = pair.Accepted.ReceiveAsync(buffer, cancel.Token).AsTask();
            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending.Soon());
            await pair.Client.SendAsync(new[] { (byte)i }).Soon();
            Assert.Equal(1, await pair.Accepted.ReceiveAsync(buffer).Soon());
            Assert.Equal((byte)i, buffer[0]);
        }
    }

    [Theory, Transports]
    public async Task ReceiveAsync_EmptyBuffer_WaitsForData(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var pending = pair.Accepted.ReceiveAsync(Memory<byte>.Empty).AsTask();
        Assert.False(pending.IsCompleted);
        await pair.Client.SendAsync("x"u8.ToArray()).Soon();
        Assert.Equal(0, await pending.Soon());
        var buffer = new byte[4];
        Assert.Equal(1, await pair.Accepted.ReceiveAsync(buffer).Soon());
    }

    [Theory, Transports]
    public async Task ReceiveAsync_MixedWithThePipe_ThePipeSeesWhatIsLeft(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        await pair.Client.SendAsync("abcdef"u8.ToArray()).Soon();
        var buffer = new byte[2];
        Assert.Equal(2, await pair.Accepted.ReceiveAsync(buffer).Soon());
        var result = await pair.Accepted.Input.ReadAtLeastAsync(4).Soon();
        Assert.Equal("cdef"u8.ToArray(), result.Buffer.ToArray());
        pair.Accepted.Input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await pair.Accepted.ReceiveAsync(buffer));
        await pair.Client.SendAsync("g"u8.ToArray()).Soon();
        Assert.Equal("cdefg"u8.ToArray(), await pair.Accepted.Input.ReadExactlyAsync(5));
    }

    [Theory, Transports]
    public async Task SendAsync_UnflushedBytes_Throws(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        pair.Client.Output.GetMemory(1);
        pair.Client.Output.Advance(1);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await pair.Client.SendAsync(new byte[1]));
        await pair.Client.Output.FlushAsync().Soon();
        await pair.Client.SendAsync(new byte[1]).Soon();
        await pair.Accepted.Input.ReadExactlyAsync(2);
    }

    [Theory, Transports]
    public async Task SendAsync_CancelledBefore_DoesNothing(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        using var cancel = new CancellationTokenSource();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await pair.Client.SendAsync(new byte[1], cancel.Token));
        Assert.Null(pair.Client.CloseReason);
        await pair.Client.SendAsync("y"u8.ToArray()).Soon();
        Assert.Equal("y"u8.ToArray(), await pair.Accepted.Input.ReadExactlyAsync(1));
    }

    [Theory, Transports]
    public async Task SendAsync_CancelledHalfWay_AbortsTheConnection(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        using var cancel = new CancellationTokenSource();
        var sending = pair.Client.SendAsync(new byte[8_000_000], cancel.Token).AsTask();
        Assert.False(sending.IsCompleted);
        await cancel.CancelAsync();
        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending.Soon());
        Assert.Equal(cancel.Token, exception.CancellationToken);
        Assert.Equal(ConnectionError.Aborted, pair.Client.CloseReason!.Error);
    }

    [Theory, Transports]
    public async Task AsStream_ReadsAndWrites_AndDisposesTheConnection(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var stream = pair.Client.AsStream();
        Assert.True(stream.CanRead && stream.CanWrite && !stream.CanSeek);
        await stream.WriteAsync("hello"u8.ToArray());
        await stream.FlushAsync();
        Assert.Equal("hello"u8.ToArray(), await pair.Accepted.Input.ReadExactlyAsync(5));
        await pair.Accepted.Output.WriteAsync("world"u8.ToArray()).Soon();
        var buffer = new byte[5];
        await stream.ReadExactlyAsync(buffer);
        Assert.Equal("world"u8.ToArray(), buffer);
        await stream.DisposeAsync();
        Assert.Equal(ConnectionState.Closed, pair.Client.State);
        await Assert.ThrowsAnyAsync<IOException>(async () => await stream.WriteAsync(new byte[1]));
        Assert.Empty(await pair.Accepted.Input.ReadToEndAsync());
    }
}

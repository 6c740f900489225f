using System.Buffers;
using System.IO.Pipelines;

namespace Net.Async.Tests.Contract;

/// <summary>A flush that does not wait for a slow peer while little enough is unsent.</summary>
public class PauseWriterThresholdTests : LeakCheck
{
    // More than the buffers of both sides, which are small here, and than those of a memory network.
    private const int Much = 1024 * 1024;

    [Theory, Transports]
    public async Task FlushAsync_NoMoreThanTheThresholdIsUnsent_CompletesAndAllArrives(string name)
    {
        await using var pair = await Transport.Get(name).ConnectPairAsync(With(Much));
        var bytes = Bytes.Random(Much);
        var memory = pair.Client.Output.GetMemory(1);
        for (var written = 0; written < Much; memory = pair.Client.Output.GetMemory(1))
        {
            var count = Math.Min(memory.Length, Much - written);
            bytes.AsSpan(written, count).CopyTo(memory.Span);
            pair.Client.Output.Advance(count);
            written += count;
        }

        Assert.False((await pair.Client.Output.FlushAsync().Soon()).IsCompleted);
        await ArriveAsync(bytes, pair);
    }

    [Theory, Transports]
    public async Task WriteAsync_NoMoreThanTheThresholdIsUnsent_LeavesTheMemoryToItsCaller(string name)
    {
        await using var pair = await Transport.Get(name).ConnectPairAsync(With(Much));
        var bytes = Bytes.Random(Much);
        var lent = bytes.ToArray();
        Assert.False((await pair.Client.Output.WriteAsync(lent).Soon()).IsCompleted);
        Array.Clear(lent);
        await ArriveAsync(bytes, pair);
    }

    [Theory, Transports]
    public async Task WriteAsync_MoreThanTheThresholdIsUnsent_WaitsUntilThePeerHasTakenEnough(string name)
    {
        const int threshold = 65536;
        await using var pair = await Transport.Get(name).ConnectPairAsync(With(threshold));
        var bytes = Bytes.Random(Much);
        var writing = pair.Client.Output.WriteAsync(bytes).AsTask();
        Assert.False(writing.IsCompleted);
        var received = new ArrayBufferWriter<byte>(Much);
        while (!writing.IsCompleted && received.WrittenCount < Much)
            await ReceiveAsync(pair.Accepted.Input, received);
        await writing.Soon();
        Assert.True(pair.Client.UnflushedBytes <= threshold, $"{pair.Client.UnflushedBytes} bytes are unsent");
        while (received.WrittenCount < Much)
            await ReceiveAsync(pair.Accepted.Input, received);
        Assert.True(bytes.AsSpan().SequenceEqual(received.WrittenSpan));
    }

    [Theory, Transports]
    public async Task SendAsync_WhateverTheThreshold_WaitsForTheKernel(string name)
    {
        await using var pair = await Transport.Get(name).ConnectPairAsync(With(Much));
        var bytes = Bytes.Random(Much);
        var sending = pair.Client.SendAsync(bytes).AsTask();
        Assert.False(sending.IsCompleted);
        await ArriveAsync(bytes, pair);
        await sending.Soon();
    }

    [Theory, Transports]
    public async Task SendAsync_WhatAFlushHandedOverIsUnsent_FollowsIt(string name)
    {
        await using var pair = await Transport.Get(name).ConnectPairAsync(With(65536));
        for (var round = 0; round < 20; round++)
        {
            var bytes = Bytes.Random(20 + (round * 900));
            bytes.AsSpan(0, 10).CopyTo(pair.Client.Output.GetSpan(10));
            pair.Client.Output.Advance(10);
            Assert.False((await pair.Client.Output.FlushAsync().Soon()).IsCompleted);
            await pair.Client.SendAsync(bytes.AsMemory(10)).Soon();
            await ArriveAsync(bytes, pair);
        }
    }

    [Theory, Transports]
    public async Task SendAsync_CancelledBehindAFlushThatWasNotWaitedFor_SendsNothingOfIt(string name)
    {
        await using var pair = await Transport.Get(name).ConnectPairAsync(With(Much));
        var bytes = Bytes.Random(Much);
        Assert.False((await pair.Client.Output.WriteAsync(bytes).Soon()).IsCompleted);
        using var cancel = new CancellationTokenSource();
        var sending = pair.Client.SendAsync(Bytes.Random(Much), cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending.Soon());
        await ArriveAsync(bytes, pair);
        await pair.Client.SendAsync(bytes.AsMemory(0, 5)).Soon();
        await ArriveAsync(bytes[..5], pair);
    }

    [Theory, Transports]
    public async Task SendAsync_OfNothingCancelledBehindAWrite_LosesNothingOfTheWrite(string name)
    {
        await using var pair = await Transport.Get(name).ConnectPairAsync(With(Much));
        var bytes = Bytes.Random(Much);
        Assert.False((await pair.Client.Output.WriteAsync(bytes).Soon()).IsCompleted);
        using var cancel = new CancellationTokenSource();
        var sending = pair.Client.SendAsync(ReadOnlyMemory<byte>.Empty, cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending.Soon());
        await ArriveAsync(bytes, pair);
        Assert.Null(pair.Client.CloseReason);
    }

    [Theory, Transports]
    public async Task DetachTransport_WhatAFlushHandedOverIsUnsent_SaysSo(string name)
    {
        await using var pair = await Transport.Get(name).ConnectPairAsync(With(Much));
        Assert.False((await pair.Client.Output.WriteAsync(Bytes.Random(Much)).Soon()).IsCompleted);
        Assert.Contains("has unsent bytes", Assert.Throws<InvalidOperationException>(pair.Client.DetachTransport).Message, StringComparison.Ordinal);
    }

    [Theory, Transports(ConnectionCapabilities.Reset)]
    public async Task CloseAsync_ThePeerResetsBeforeTheRestIsSent_ThrowsAndSoDoesTheNextFlush(string name)
    {
        await using var pair = await Transport.Get(name).ConnectPairAsync(With(Much));
        Assert.False((await pair.Client.Output.WriteAsync(Bytes.Random(Much)).Soon()).IsCompleted);
        pair.Accepted.Abort();
        await Eventually.FiresAsync("the reset is noticed", pair.Client.PeerClosed);
        await Eventually.IsAsync(() => pair.Client.CloseReason is not null, "the connection has failed");
        Assert.Equal(ConnectionError.Reset, (await Assert.ThrowsAsync<ConnectionException>(() => pair.Client.Output.FlushAsync().Soon())).Error);
        await Assert.ThrowsAsync<ConnectionException>(() => pair.Client.CloseAsync().Soon());
    }

    [Theory, Transports(ConnectionCapabilities.HalfClose)]
    public async Task CompleteAsync_BytesAreUnsent_SendsThemBeforeTheEnd(string name)
    {
        await using var pair = await Transport.Get(name).ConnectPairAsync(With(Much));
        var bytes = Bytes.Random(Much);
        await pair.Client.Output.WriteAsync(bytes).Soon();
        var completing = pair.Client.Output.CompleteAsync().AsTask();
        await ArriveAsync(bytes, pair);
        await completing.Soon();
        var end = await pair.Accepted.Input.ReadAsync().Soon();
        Assert.True(end.IsCompleted && end.Buffer.IsEmpty);
    }

    [Theory, Transports]
    public async Task WriteAsync_SmallPiecesInOneTurn_LeavesTheMemoryToItsCallerAndKeepsTheOrder(string name)
    {
        await using var pair = await Transport.Get(name).ConnectPairAsync(With(65536));
        var bytes = Bytes.Random(65536);
        var lent = new byte[4097];
        var random = new Random(7);
        for (var written = 0; written < bytes.Length;)
        {
            // Some are as long as a piece that waits for the end of the turn may be, and some are one byte longer.
            var count = Math.Min(random.Next(8) switch { 0 => 4096, 1 => 4097, _ => random.Next(1, 64) }, bytes.Length - written);
            bytes.AsSpan(written, count).CopyTo(lent);
            Assert.False((await pair.Client.Output.WriteAsync(lent.AsMemory(0, count)).Soon()).IsCompleted);
            Array.Clear(lent);
            written += count;
        }

        await ArriveAsync(bytes, pair);
    }

    [Theory, Transports(ConnectionCapabilities.HalfClose)]
    public async Task CompleteAsync_BehindAFlushAndAWriteOfTheSameTurn_SendsBothOnceAndThenTheEnd(string name)
    {
        for (var round = 0; round < 20; round++)
        {
            await using var pair = await Transport.Get(name).ConnectPairAsync(With(65536));
            var bytes = Bytes.Random(600);
            bytes.AsSpan(0, 300).CopyTo(pair.Client.Output.GetSpan(300));
            pair.Client.Output.Advance(300);
            var flushing = pair.Client.Output.FlushAsync();
            var writing = pair.Client.Output.WriteAsync(bytes.AsMemory(300));
            var completing = pair.Client.Output.CompleteAsync().AsTask();
            Assert.False((await flushing.Soon()).IsCompleted || (await writing.Soon()).IsCompleted);
            await completing.Soon();
            await ArriveAsync(bytes, pair);
            var end = await pair.Accepted.Input.ReadAsync().Soon();
            Assert.True(end.IsCompleted && end.Buffer.IsEmpty);
        }
    }

    [Theory, Transports]
    public async Task Abort_BehindAFlushOfTheSameTurn_EndsTheConnection(string name)
    {
        await using var pair = await Transport.Get(name).ConnectPairAsync(With(65536));
        Assert.False((await pair.Client.Output.WriteAsync(Bytes.Random(300)).Soon()).IsCompleted);
        pair.Client.Abort();
        await Eventually.FiresAsync("the connection has ended", pair.Client.Closed);
        Assert.Equal(ConnectionError.Aborted, pair.Client.CloseReason!.Error);
        await Assert.ThrowsAsync<ConnectionException>(() => pair.Client.Output.WriteAsync(Bytes.Random(300)).Soon());
    }

    [Fact]
    public void PauseWriterThreshold_Negative_NamesIt() =>
        Assert.Equal("PauseWriterThreshold", Assert.Throws<ArgumentOutOfRangeException>(() => new BufferOptions { PauseWriterThreshold = -1 }).ParamName);

    private static ConnectionOptions With(long threshold) => new() { Buffers = { PauseWriterThreshold = threshold, SendBufferSize = 16384, ReceiveBufferSize = 16384 } };

    private static async Task ArriveAsync(byte[] bytes, Pair pair)
    {
        var received = new ArrayBufferWriter<byte>(bytes.Length);
        while (received.WrittenCount < bytes.Length)
            await ReceiveAsync(pair.Accepted.Input, received);
        Assert.True(bytes.AsSpan().SequenceEqual(received.WrittenSpan));
    }

    private static async Task ReceiveAsync(PipeReader reader, ArrayBufferWriter<byte> to)
    {
        var result = await reader.ReadAsync().Soon();
        Assert.False(result.IsCompleted && result.Buffer.IsEmpty, "the end came early");
        foreach (var piece in result.Buffer)
            to.Write(piece.Span);
        reader.AdvanceTo(result.Buffer.End);
    }
}

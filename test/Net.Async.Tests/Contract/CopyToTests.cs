using System.IO.Pipelines;

namespace Net.Async.Tests.Contract;

/// <summary>Copying from the reader to a writer: what comes out, and what is left where when it ends early. The writer is the base class library's.</summary>
public class CopyToTests : LeakCheck
{
    // Never full, unless a test says so.
    private readonly PipeOptions _roomy = new(pauseWriterThreshold: 0);

    [Theory, Transports]
    public async Task CopyToAsync_AWriter_CopiesToTheEnd(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var (bytes, pipe) = (Bytes.Random(300_000, 5), new Pipe(_roomy));
        var copying = pair.Accepted.Input.CopyToAsync(pipe.Writer);
        await pair.Client.Output.WriteAsync(bytes).Soon();
        await pair.Client.CloseAsync().Soon();
        await copying.Soon();
        await pipe.Writer.CompleteAsync();
        Assert.Equal(bytes, await pipe.Reader.ReadToEndAsync());
    }

    [Theory, Transports]
    public async Task CopyToAsync_SeveralSegmentsAreThere_CopiesAllInOrder(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var (bytes, pipe) = (Bytes.Random(40_000, 6), new Pipe(_roomy));
        var sending = pair.Client.Output.WriteAsync(bytes).AsTask();
        var all = await pair.Accepted.Input.ReadAtLeastAsync(bytes.Length).Soon();
        pair.Accepted.Input.AdvanceTo(all.Buffer.Start, all.Buffer.End);
        await sending.Soon();
        await pair.Client.CloseAsync().Soon();
        await pair.Accepted.Input.CopyToAsync(pipe.Writer).Soon();
        await pipe.Writer.CompleteAsync();
        Assert.Equal(bytes, await pipe.Reader.ReadToEndAsync());
    }

    [Theory, Transports]
    public async Task CopyToAsync_TheWriterHasEnded_StopsAndConsumesNothing(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var pipe = new Pipe(_roomy);
        await pipe.Reader.CompleteAsync();
        var copying = pair.Accepted.Input.CopyToAsync(pipe.Writer);
        await pair.Client.Output.WriteAsync("a"u8.ToArray()).Soon();
        await copying.Soon();
        Assert.Equal("a"u8.ToArray(), await pair.Accepted.Input.ReadExactlyAsync(1));
    }

    [Theory, Transports]
    public async Task CopyToAsync_TheWriterMakesItWait_GoesOnWhenThereIsRoom(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1));
        var copying = pair.Accepted.Input.CopyToAsync(pipe.Writer);
        await pair.Client.Output.WriteAsync("ab"u8.ToArray()).Soon();
        await pair.Client.CloseAsync().Soon();
        Assert.Equal("ab"u8.ToArray(), await pipe.Reader.ReadExactlyAsync(2));
        await copying.Soon();
    }

    [Theory, Transports]
    public async Task CopyToAsync_ReadCancelled_ThrowsAndTheReaderGoesOn(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var copying = pair.Accepted.Input.CopyToAsync(new Pipe(_roomy).Writer);
        pair.Accepted.Input.CancelPendingRead();
        await Assert.ThrowsAsync<OperationCanceledException>(() => copying.Soon());
        await pair.Client.Output.WriteAsync("b"u8.ToArray()).Soon();
        Assert.Equal("b"u8.ToArray(), await pair.Accepted.Input.ReadExactlyAsync(1));
    }

    [Theory, Transports]
    public async Task CopyToAsync_FlushCancelled_ThrowsAndConsumesNothing(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var pipe = new Pipe(_roomy);
        pipe.Writer.CancelPendingFlush();
        var copying = pair.Accepted.Input.CopyToAsync(pipe.Writer);
        await pair.Client.Output.WriteAsync("a"u8.ToArray()).Soon();
        await Assert.ThrowsAsync<OperationCanceledException>(() => copying.Soon());
        Assert.Equal("a"u8.ToArray(), await pair.Accepted.Input.ReadExactlyAsync(1));
    }

    [Theory, Transports]
    public async Task CopyToAsync_TheWriterThrows_ThrowsThatAndTheReaderGoesOn(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var pipe = new Pipe(_roomy);
        await pipe.Writer.CompleteAsync();
        var copying = pair.Accepted.Input.CopyToAsync(pipe.Writer);
        await pair.Client.Output.WriteAsync("a"u8.ToArray()).Soon();
        await Assert.ThrowsAsync<InvalidOperationException>(() => copying.Soon());
        Assert.Equal("a"u8.ToArray(), await pair.Accepted.Input.ReadExactlyAsync(1));
    }

    [Theory, Transports]
    public async Task CopyToAsync_CancelledToken_ThrowsBeforeAndMeanwhile(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var pipe = new Pipe(_roomy);
        using var cancel = new CancellationTokenSource();
        var copying = pair.Accepted.Input.CopyToAsync(pipe.Writer, cancel.Token);
        await cancel.CancelAsync();
        Assert.Equal(cancel.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => copying.Soon())).CancellationToken);
        Assert.True(pair.Accepted.Input.CopyToAsync(pipe.Writer, cancel.Token).IsCanceled);
        await Assert.ThrowsAsync<ArgumentNullException>(() => pair.Accepted.Input.CopyToAsync((PipeWriter)null!));
    }
}

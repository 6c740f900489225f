using System.Buffers;
using System.IO.Pipelines;

namespace Net.Async.Tests.Contract;

/// <summary>What a caller is told about bytes is true, also when something else happens to the connection meanwhile.</summary>
public class ToldTests : LeakCheck
{
    private static readonly byte[] s_large = Bytes.Random(8_000_000, 3);

    [Theory, Transports]
    public async Task WriteAsync_CloseComesMeanwhile_ArrivesWholeAndSaysSo(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var writing = pair.Client.Output.WriteAsync(s_large).AsTask();
        var closing = pair.Client.CloseAsync();
        Assert.False(writing.IsCompleted || closing.IsCompleted);
        Assert.Equal(s_large, await pair.Accepted.Input.ReadToEndAsync());
        Assert.False((await writing.Soon()).IsCompleted);
        await closing.Soon();
        Assert.True(pair.Client.CloseReason!.IsClean);
    }

    [Theory, Transports]
    public async Task WriteAsync_TimeLimitOfTheClosePasses_ThrowsAndIsNoCleanEnd(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync(new ConnectionOptions { Close = { Timeout = TimeSpan.FromMilliseconds(50) } });
        var writing = pair.Client.Output.WriteAsync(s_large).AsTask();
        await pair.Client.CloseAsync().ThrowsAsync(ConnectionError.TimedOut);
        await writing.ThrowsAsync(ConnectionError.TimedOut);
        Assert.Equal(ConnectionError.TimedOut, pair.Client.CloseReason!.Error);
    }

    [Theory, Transports]
    public async Task OutputAsStream_WritesThenTheConnectionCloses_ThrowsForWhatIsNotSent(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var stream = pair.Client.Output.AsStream(leaveOpen: true);
        await stream.WriteAsync("sent"u8.ToArray()).AsTask().Soon();
        await stream.FlushAsync().Soon();
        var closing = pair.Client.CloseAsync();
        await stream.WriteAsync("x"u8.ToArray()).AsTask().ThrowsAsync(ConnectionError.Closed);
        await Task.Run(() => stream.Write("x"u8)).ThrowsAsync(ConnectionError.Closed);
        Assert.Equal("sent"u8.ToArray(), await pair.Accepted.Input.ReadToEndAsync());
        await closing.Soon();
        await stream.WriteAsync("x"u8.ToArray()).AsTask().ThrowsAsync(ConnectionError.Closed);
    }

    [Theory, Transports]
    public async Task OutputAsStream_Disposed_EndsTheDirectionUnlessLeftOpen(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        await pair.Client.Output.AsStream(leaveOpen: true).DisposeAsync();
        var stream = pair.Client.Output.AsStream();
        Assert.True(stream.CanWrite);
        Assert.False(stream.CanRead || stream.CanSeek);
        await stream.WriteAsync("all"u8.ToArray()).AsTask().Soon();
        await stream.DisposeAsync();
        Assert.False(stream.CanWrite);
        if ((pair.Client.Capabilities & ConnectionCapabilities.HalfClose) == 0)
            return;
        Assert.Equal("all"u8.ToArray(), await pair.Accepted.Input.ReadToEndAsync());
        Assert.Equal(ConnectionState.ReadOnly, pair.Client.State);
    }

    [Theory, Transports]
    public async Task Writes_AfterTheCloseHasBegun_AreRefusedAndNotSent(string transport)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "file");
        var empty = Path.GetTempFileName();
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var client = pair.Client;
        var writing = client.Output.WriteAsync(s_large).AsTask();
        client.Output.CancelPendingFlush();
        Assert.True((await writing.Soon()).IsCanceled);
        var closing = client.CloseAsync();
        await client.SendAsync("x"u8.ToArray()).ThrowsAsync(ConnectionError.Closed);
        await client.SendFileAsync(file).ThrowsAsync(ConnectionError.Closed);
        await client.SendFileAsync(empty).ThrowsAsync(ConnectionError.Closed);
        await client.WriteAsync("text").AsTask().ThrowsAsync(ConnectionError.Closed);
        await client.AsStream().WriteAsync("x"u8.ToArray()).AsTask().ThrowsAsync(ConnectionError.Closed);
        await new MemoryStream("x"u8.ToArray()).CopyToAsync(client.Output).ThrowsAsync(ConnectionError.Closed);
        Assert.True((await client.Output.WriteAsync("x"u8.ToArray()).Soon()).IsCompleted);
        client.Output.Write("x"u8);
        Assert.True((await client.Output.FlushAsync().Soon()).IsCompleted);
        Assert.Equal(s_large, await pair.Accepted.Input.ReadToEndAsync());
        await closing.Soon();
        await client.SendFileAsync(file).ThrowsAsync(ConnectionError.Closed);
        await client.SendFileAsync(empty).ThrowsAsync(ConnectionError.Closed);
        File.Delete(file);
        File.Delete(empty);
    }

    [Theory, Transports]
    public async Task Writes_WhileAnotherIsPending_AreRefusedAndNeverSent(string transport)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "file");
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var client = pair.Client;
        var writing = client.Output.WriteAsync(s_large).AsTask();
        await Assert.ThrowsAsync<InvalidOperationException>(() => client.Output.WriteAsync("x"u8.ToArray()).Soon());
        await Assert.ThrowsAsync<InvalidOperationException>(() => client.SendAsync("x"u8.ToArray()).Soon());
        await Assert.ThrowsAsync<InvalidOperationException>(() => client.WriteAsync("text").Soon());
        await Assert.ThrowsAsync<InvalidOperationException>(() => client.AsStream().WriteAsync("x"u8.ToArray()).Soon());
        await Assert.ThrowsAsync<InvalidOperationException>(() => client.SendFileAsync(file).Soon());
        await Assert.ThrowsAsync<InvalidOperationException>(() => new MemoryStream("x"u8.ToArray()).CopyToAsync(client.Output).Soon());
        var reading = pair.Accepted.Input.ReadToEndAsync();
        Assert.False((await writing.Soon()).IsCompleted);
        await client.Output.FlushAsync().Soon();
        await client.CloseAsync().Soon();
        Assert.Equal(s_large, await reading.Soon());
        File.Delete(file);
    }

    [Theory, Transports]
    public async Task SendAsync_WhileAnotherWaitsWithNothingGone_IsRefused(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var sending = pair.Client.SendAsync(s_large).AsTask();
        await Assert.ThrowsAsync<InvalidOperationException>(() => pair.Client.SendAsync("x"u8.ToArray()).Soon());
        Assert.Equal(s_large, await pair.Accepted.Input.ReadExactlyAsync(s_large.Length));
        await sending.Soon();
    }

    [Theory, Transports]
    public async Task StreamAndText_CancelledByThePipeBefore_AreSentAndSaySo(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var reading = pair.Accepted.Input.ReadToEndAsync();
        pair.Client.Output.CancelPendingFlush();
        await pair.Client.AsStream().WriteAsync("a"u8.ToArray()).Soon();
        pair.Client.Output.CancelPendingFlush();
        await pair.Client.WriteAsync("b").Soon();
        await pair.Client.CloseAsync().Soon();
        Assert.Equal("ab"u8.ToArray(), await reading.Soon());
    }

    [Theory, Transports]
    public async Task InputComplete_AReadIsPending_EndsIt(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var reading = pair.Client.Input.ReadAsync().AsTask();
        pair.Client.Input.Complete();
        await Assert.ThrowsAsync<InvalidOperationException>(() => reading.Soon());
        var receiving = pair.Accepted.ReceiveAsync(new byte[1]).AsTask();
        await pair.Accepted.Input.CompleteAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => receiving.Soon());
    }

    [Theory, Transports]
    public async Task CopyToAsync_TheInputIsCompleted_EndsIt(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var copying = pair.Client.Input.CopyToAsync(pair.Client.Output);
        await pair.Client.Input.CompleteAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => copying.Soon());
    }
}

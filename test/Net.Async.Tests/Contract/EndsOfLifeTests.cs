using System.Buffers;
using System.Text;

namespace Net.Async.Tests.Contract;

/// <summary>Half-close, close, abort: who hears what, and in which order.</summary>
public class EndsOfLifeTests : LeakCheck
{
    [Theory, Transports(ConnectionCapabilities.HalfClose)]
    public async Task CompleteOutput_PeerReadsTheEndAndStillAnswers(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        await pair.Client.Output.WriteAsync("question"u8.ToArray());
        await pair.Client.Output.CompleteAsync().Soon();
        Assert.Equal(ConnectionState.ReadOnly, pair.Client.State);
        Assert.Equal("question", Encoding.ASCII.GetString(await pair.Accepted.Input.ReadToEndAsync()));
        Assert.Equal(ConnectionState.WriteOnly, pair.Accepted.State);
        await pair.Accepted.Output.WriteAsync("answer"u8.ToArray());
        await pair.Accepted.Output.CompleteAsync().Soon();
        Assert.Equal("answer", Encoding.ASCII.GetString(await pair.Client.Input.ReadToEndAsync()));
        await Eventually.FiresAsync("the client did not close after both ends", pair.Client.Closed);
        await Eventually.FiresAsync("the server's connection did not close after both ends", pair.Accepted.Closed);
        Assert.True(pair.Client.CloseReason!.IsClean);
        Assert.True(pair.Accepted.CloseReason!.IsClean);
    }

    [Theory, Transports(ConnectionCapabilities.HalfClose)]
    public async Task Complete_WithUnflushedBytes_SendsThemBeforeTheEnd(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var bytes = Bytes.Random(3000);
        bytes.CopyTo(pair.Client.Output.GetMemory(3000));
        pair.Client.Output.Advance(3000);
        pair.Client.Output.Complete();
        Assert.Equal(bytes, await pair.Accepted.Input.ReadToEndAsync());
    }

    [Theory, Transports(ConnectionCapabilities.HalfClose)]
    public async Task PeerEnds_HalfOpenNotAllowed_EndsTheOutputToo(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync(new ConnectionOptions { Close = { AllowHalfOpen = false } });
        await pair.Client.Output.WriteAsync("x"u8.ToArray());
        await pair.Client.Output.CompleteAsync().Soon();
        Assert.Equal("x"u8.ToArray(), await pair.Accepted.Input.ReadToEndAsync());
        Assert.Empty(await pair.Client.Input.ReadToEndAsync());
    }

    [Theory, Transports(ConnectionCapabilities.HalfClose)]
    public async Task PeerEnds_HalfOpenNotAllowedAndNobodyReads_EndsTheOutputToo(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync(new ConnectionOptions { Close = { AllowHalfOpen = false } });
        await pair.Client.Output.CompleteAsync().Soon();
        Assert.Empty(await pair.Client.Input.ReadToEndAsync());
    }

    [Theory, Transports(ConnectionCapabilities.DetectsPeerClose)]
    public async Task PeerClosed_PeerClosesAndNobodyReads_Fires(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var token = pair.Accepted.PeerClosed;
        Assert.False(token.IsCancellationRequested);
        await pair.Client.CloseAsync().Soon();
        await Eventually.FiresAsync("PeerClosed did not fire", token);
        Assert.Null(pair.Accepted.CloseReason);
    }

    [Theory, Transports(ConnectionCapabilities.HalfClose)]
    public async Task PeerEnds_BehindUnreadDataThatNobodyReads_IsNoticed(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var token = pair.Accepted.PeerClosed;
        await pair.Client.Output.WriteAsync(new byte[1000]).Soon();
        await pair.Client.Output.CompleteAsync().Soon();
        await Eventually.FiresAsync("PeerClosed did not fire", token);
        Assert.Equal(ConnectionState.Open, pair.Accepted.State);
        Assert.Equal(new byte[1000], await pair.Accepted.Input.ReadToEndAsync());
    }

    [Theory, Transports(ConnectionCapabilities.HalfClose)]
    public async Task PeerEnds_HalfOpenNotAllowedAndTheReaderHasGone_EndsTheOutputToo(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync(new ConnectionOptions { Close = { AllowHalfOpen = false } });
        await pair.Client.Output.WriteAsync(new byte[1000]).Soon();
        pair.Accepted.Input.Complete();
        await pair.Client.Output.CompleteAsync().Soon();
        Assert.Empty(await pair.Client.Input.ReadToEndAsync());
        await Eventually.FiresAsync("it did not end", pair.Accepted.Closed);
        Assert.True(pair.Accepted.CloseReason!.IsClean);
    }

    [Theory, Transports(ConnectionCapabilities.DetectsPeerClose | ConnectionCapabilities.Reset)]
    public async Task Closed_PeerResetsBehindUnreadData_FiresAlthoughNobodyReads(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var token = pair.Accepted.Closed;
        await pair.Client.Output.WriteAsync("unread"u8.ToArray());
        pair.Client.Abort();
        await Eventually.FiresAsync("Closed did not fire", token);
        Assert.Equal(ConnectionError.Reset, pair.Accepted.CloseReason!.Error);
    }

    [Theory, Transports]
    public async Task CloseAsync_BytesWritten_ArriveAndThenTheEnd(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var bytes = Bytes.Random(100_000);
        var reading = pair.Accepted.Input.ReadToEndAsync();
        bytes.CopyTo(pair.Client.Output.GetMemory(bytes.Length));
        pair.Client.Output.Advance(bytes.Length);
        await pair.Client.CloseAsync().Soon();
        Assert.Equal(bytes, await reading);
        Assert.Equal(ConnectionState.Closed, pair.Client.State);
        Assert.True(pair.Client.CloseReason!.IsClean);
        Assert.True(pair.Client.Closed.IsCancellationRequested);
        await pair.Client.CloseAsync().Soon();
        await pair.Client.DisposeAsync().Soon();
    }

    [Theory, Transports]
    public async Task CloseAsync_ThenUse_SaysClosed(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var pending = pair.Client.Input.ReadAsync().AsTask();
        await pair.Client.CloseAsync().Soon();
        await pending.ThrowsAsync(ConnectionError.Closed);
        await pair.Client.Input.ReadAsync().ThrowsAsync(ConnectionError.Closed);
        Assert.Throws<ConnectionException>(() => pair.Client.Input.TryRead(out _));
        pair.Client.Output.GetMemory(10);
        pair.Client.Output.Advance(10);
        Assert.True((await pair.Client.Output.FlushAsync().Soon()).IsCompleted);
        Assert.True((await pair.Client.Output.WriteAsync(new byte[10]).Soon()).IsCompleted);
        await pair.Client.SendAsync(new byte[1]).ThrowsAsync(ConnectionError.Closed);
        await pair.Client.ReceiveAsync(new byte[1]).ThrowsAsync(ConnectionError.Closed);
        Assert.NotNull(pair.Client.RemoteEndPoint);
        Assert.NotNull(pair.Client.ToString());
    }

    [Theory, Transports(ConnectionCapabilities.Reset)]
    public async Task Abort_BothSidesHearOfIt(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var cause = new InvalidDataException("no good");
        var here = pair.Client.Input.ReadAsync().AsTask();
        var there = pair.Accepted.Input.ReadAsync().AsTask();
        pair.Client.Abort(cause);
        Assert.Same(cause, (await here.ThrowsAsync(ConnectionError.Aborted)).InnerException);
        await there.ThrowsAsync(ConnectionError.Reset);
        await pair.Client.Output.FlushAsync().ThrowsAsync(ConnectionError.Aborted);
        await pair.Accepted.Output.WriteAsync(new byte[1]).ThrowsAsync(ConnectionError.Reset);
        Assert.Equal(ConnectionError.Aborted, pair.Client.CloseReason!.Error);
        Assert.Same(cause, pair.Client.CloseReason.Exception);
        await Eventually.FiresAsync("Closed did not fire", pair.Accepted.Closed);
        await Eventually.FiresAsync("PeerClosed did not fire", pair.Accepted.PeerClosed);
        pair.Client.Abort();
        Assert.Same(cause, pair.Client.CloseReason.Exception);
    }

    [Theory, Transports]
    public async Task Abort_FlushPending_Throws(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var writing = pair.Client.Output.WriteAsync(new byte[8_000_000]).AsTask();
        Assert.False(writing.IsCompleted);
        pair.Client.Abort();
        await writing.ThrowsAsync(ConnectionError.Aborted);
    }

    [Theory, Transports(ConnectionCapabilities.Reset)]
    public async Task PeerResets_DataBefore_IsDeliveredFirst(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        await pair.Client.Output.WriteAsync("before"u8.ToArray()).Soon();
        await pair.Accepted.Input.ReceiveAtLeastAsync(6);
        pair.Client.Abort();
        await Eventually.IsAsync(() => pair.Accepted.PeerClosed.IsCancellationRequested, "the reset was not noticed");
        Assert.Equal("before"u8.ToArray(), await pair.Accepted.Input.ReadExactlyAsync(6));
        await pair.Accepted.Input.ReadAsync().ThrowsAsync(ConnectionError.Reset);
        await pair.Accepted.Input.ReadAsync().ThrowsAsync(ConnectionError.Reset);
    }

    [Theory, Transports(ConnectionCapabilities.Reset)]
    public async Task PeerResets_FlushPending_Throws(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var writing = pair.Accepted.Output.WriteAsync(new byte[8_000_000]).AsTask();
        Assert.False(writing.IsCompleted);
        pair.Client.Abort();
        await writing.ThrowsAsync(ConnectionError.Reset);
    }

    [Theory, Transports(ConnectionCapabilities.Reset)]
    public async Task CompleteWithException_EitherPipe_Aborts(string transport)
    {
        var cause = new InvalidDataException("broken");
        await using (var pair = await Transport.Get(transport).ConnectPairAsync())
        {
            await pair.Client.Output.CompleteAsync(cause).Soon();
            Assert.Same(cause, pair.Client.CloseReason!.Exception);
            await pair.Accepted.Input.ReadAsync().ThrowsAsync(ConnectionError.Reset);
        }

        await using (var pair = await Transport.Get(transport).ConnectPairAsync())
        {
            pair.Client.Input.Complete(cause);
            Assert.Same(cause, pair.Client.CloseReason!.Exception);
            await pair.Accepted.Input.ReadAsync().ThrowsAsync(ConnectionError.Reset);
        }
    }

    [Theory, Transports]
    public async Task CloseAsync_PeerNeverReads_AbortsAtTheLimit(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync(new ConnectionOptions { Close = { Timeout = TimeSpan.FromMilliseconds(50) } });
        using var cancel = new CancellationTokenSource();
        var writing = pair.Client.Output.WriteAsync(new byte[8_000_000], cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing.Soon());
        await pair.Client.CloseAsync().ThrowsAsync(ConnectionError.TimedOut);
        Assert.Equal(ConnectionError.TimedOut, pair.Client.CloseReason!.Error);
        await pair.Client.DisposeAsync().Soon();
    }

    [Theory, Transports]
    public async Task CloseAsync_Cancelled_AbortsAndThrows(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        using var stop = new CancellationTokenSource();
        var writing = pair.Client.Output.WriteAsync(new byte[8_000_000], stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing.Soon());
        using var cancel = new CancellationTokenSource();
        var closing = pair.Client.CloseAsync(cancel.Token);
        await cancel.CancelAsync();
        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => closing.Soon());
        Assert.Equal(cancel.Token, exception.CancellationToken);
        Assert.Equal(ConnectionError.Aborted, pair.Client.CloseReason!.Error);
    }

    [Theory, Transports]
    public async Task DisposeAsync_ReadPending_EndsIt(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var pending = pair.Client.Input.ReadAsync().AsTask();
        await pair.Client.DisposeAsync().Soon();
        await pending.ThrowsAsync(ConnectionError.Closed);
    }

    [Theory, Transports(ConnectionCapabilities.HalfClose)]
    public async Task CloseAsync_UnreadDataOnItsWay_DoesNotDestroyTheAnswer(string transport)
    {
        for (var i = 0; i < 20; i++)
        {
            await using var pair = await Transport.Get(transport).ConnectPairAsync();
            var upload = pair.Client.Output.WriteAsync(Bytes.Random(60_000)).AsTask();
            await pair.Accepted.Input.ReadExactlyAsync(1);
            await pair.Accepted.Output.WriteAsync("answer"u8.ToArray()).Soon();
            var closing = pair.Accepted.CloseAsync();
            await upload.Soon();
            await pair.Client.Output.CompleteAsync().Soon();
            Assert.Equal("answer", Encoding.ASCII.GetString(await pair.Client.Input.ReadToEndAsync()));
            await closing.Soon();
        }
    }
}

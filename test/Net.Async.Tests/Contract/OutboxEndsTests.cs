namespace Net.Async.Tests.Contract;

/// <summary>An end behind queued messages: they go out first, or the end is no clean one, over every transport.</summary>
public class OutboxEndsTests : LeakCheck
{
    private static readonly Dictionary<string, Func<Connection, Task>> s_ends = new()
    {
        ["close"] = static connection => connection.CloseAsync(),
        ["dispose"] = static connection => connection.DisposeAsync().AsTask(),
        ["complete"] = static connection => connection.Output.CompleteAsync().AsTask(),
        ["complete, close"] = static connection =>
        {
            connection.Output.Complete();
            return connection.CloseAsync();
        },
    };

    public static IEnumerable<object[]> Ends =>
        from transport in Transport.Names
        from end in s_ends.Keys
            // Without a half-close the peer sees an end at the close only.
        where end != "complete" || Transport.CapabilitiesOf(transport).HasFlag(ConnectionCapabilities.HalfClose)
        select new object[] { transport, end };

    [Theory, MemberData(nameof(Ends))]
    public async Task End_BehindQueuedMessages_ComesBehindEachAndRefusesLaterOnes(string transport, string end)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync(Patient);
        var outbox = pair.Client.Outbox;
        var filled = await OutboxFullTests.FillAsync(pair.Client);
        var waiting = outbox.PostAsync(new byte[OutboxFullTests.MaxBytes - 64]);
        var flushing = outbox.FlushAsync();
        var ending = s_ends[end](pair.Client);

        Assert.False(outbox.TryPost(new byte[1]));
        await waiting.ThrowsAsync(ConnectionError.Closed);
        await outbox.PostAsync(new byte[1]).ThrowsAsync(ConnectionError.Closed);
        Assert.False(ending.IsCompleted);
        Assert.Equal(Enumerable.Range(0, filled).Select(static number => (0, number)), Frames.Parse(await pair.Accepted.Input.ReadToEndAsync()));
        await flushing.Soon();
        await ending.Soon();
        await pair.Accepted.CloseAsync().Soon();
        await pair.Client.CloseAsync().Soon();
        Assert.True(pair.Client.CloseReason!.IsClean);
        await outbox.FlushAsync().Soon();
        Assert.Equal((0, 0), (outbox.QueuedBytes, outbox.DroppedMessages));
    }

    [Theory, Transports]
    public async Task CloseAsync_ThePeerNeverReads_IsNoCleanEnd(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync(Patient with { Close = Patient.Close with { Timeout = TimeSpan.FromMilliseconds(50) } });
        var outbox = pair.Client.Outbox;
        await OutboxFullTests.FillAsync(pair.Client);
        var flushing = outbox.FlushAsync();

        await pair.Client.CloseAsync().ThrowsAsync(ConnectionError.TimedOut);
        await flushing.ThrowsAsync(ConnectionError.TimedOut);
        await outbox.FlushAsync().ThrowsAsync(ConnectionError.TimedOut);
        Assert.Equal(ConnectionError.TimedOut, pair.Client.CloseReason!.Error);
        await Eventually.IsAsync(() => outbox.QueuedBytes == 0, "the queue is empty");
    }

    [Theory, Transports]
    public async Task Abort_WhileCallsWait_EndsThemAndHoldsNothing(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync(Patient);
        var outbox = pair.Client.Outbox;
        await OutboxFullTests.FillAsync(pair.Client);
        var (waiting, flushing) = (outbox.PostAsync(new byte[OutboxFullTests.MaxBytes - 64]).AsTask(), outbox.FlushAsync());
        pair.Client.Abort(new InvalidDataException("enough"));

        Assert.IsType<InvalidDataException>((await waiting.ThrowsAsync(ConnectionError.Aborted)).InnerException);
        await flushing.ThrowsAsync(ConnectionError.Aborted);
        await outbox.PostAsync(new byte[1]).ThrowsAsync(ConnectionError.Aborted);
        Assert.False(outbox.TryPost(new byte[1]));
        Assert.False(outbox.TryPostShared(new byte[1]));
        await Eventually.IsAsync(() => outbox.QueuedBytes == 0, "the queue is empty");
        Assert.Equal(0, outbox.DroppedMessages);
    }

    [Theory, Transports(ConnectionCapabilities.Reset)]
    public async Task Reset_WhileCallsWait_EndsThem(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync(Patient);
        var outbox = pair.Client.Outbox;
        await OutboxFullTests.FillAsync(pair.Client);
        var (waiting, flushing) = (outbox.PostAsync(new byte[OutboxFullTests.MaxBytes - 64]).AsTask(), outbox.FlushAsync());
        pair.Accepted.Abort();

        await waiting.ThrowsAsync(ConnectionError.Reset);
        await flushing.ThrowsAsync(ConnectionError.Reset);
        Assert.False(outbox.TryPost(new byte[1]));
        Assert.Equal(ConnectionError.Reset, pair.Client.CloseReason!.Error);
    }

    [Theory, Transports(ConnectionCapabilities.HalfClose)]
    public async Task Post_AfterThePeersEnd_StillArrives(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        await pair.Accepted.Output.CompleteAsync().Soon();
        Assert.Empty(await pair.Client.Input.ReadToEndAsync());
        var reading = pair.Accepted.Input.ReadToEndAsync();
        for (var number = 0; number < 100; number++)
            Assert.True(pair.Client.Outbox.TryPost(Frames.Make(0, number, 5000)));
        await pair.Client.Output.CompleteAsync().Soon();

        Frames.AssertComplete(Frames.Parse(await reading.Soon()), 1, 100);
    }

    [Theory, Transports(ConnectionCapabilities.HalfClose)]
    public async Task PeersEnd_WithoutHalfOpen_EndsBehindEveryMessage(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync(Patient with { Close = Patient.Close with { AllowHalfOpen = false } });
        var filled = await OutboxFullTests.FillAsync(pair.Client);
        await pair.Accepted.Output.CompleteAsync().Soon();
        Assert.Empty(await pair.Client.Input.ReadToEndAsync());

        Assert.Equal(filled, Frames.Parse(await pair.Accepted.Input.ReadToEndAsync()).Count);
    }

    [Theory, Transports]
    public async Task DetachTransport_WithQueuedMessages_IsRefused(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync(Patient);
        var filled = await OutboxFullTests.FillAsync(pair.Client);
        Assert.Contains("unsent bytes", Assert.Throws<InvalidOperationException>(pair.Client.DetachTransport).Message, StringComparison.Ordinal);

        var reading = pair.Accepted.Input.ReadToEndAsync();
        await pair.Client.CloseAsync().Soon();
        Assert.Equal(filled, Frames.Parse(await reading.Soon()).Count);
    }

    // The peer decides how long a close takes, and its own close discards nothing that matters.
    private static ConnectionOptions Patient => OutboxTests.Small(OutboxFullMode.Disconnect) with { Close = OutboxTests.Small(OutboxFullMode.Disconnect).Close with { Timeout = Eventually.Limit } };
}

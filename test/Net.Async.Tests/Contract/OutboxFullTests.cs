namespace Net.Async.Tests.Contract;

/// <summary>A peer that does not read: what is queued is bounded, and what is dropped is counted, over every transport.</summary>
public class OutboxFullTests : LeakCheck
{
    public const int MaxBytes = 65536;
    private const int Length = 1000, BeyondFull = 200, Bound = 200_000;

    [Theory, Transports]
    public async Task TryPost_DropNewest_ExactlyTheQueuedOnesArrive(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync(OutboxTests.Small(OutboxFullMode.DropNewest));
        var outbox = pair.Client.Outbox;
        List<int> queued = [];
        for (var number = 0; outbox.DroppedMessages < BeyondFull; number++)
        {
            Assert.InRange(number, 0, Bound);
            if (outbox.TryPost(Frames.Make(0, number, Length)))
                queued.Add(number);
            else
                Assert.Equal(number + 1 - queued.Count, outbox.DroppedMessages);
            Assert.InRange(outbox.QueuedBytes, 0, MaxBytes);
        }

        Assert.Equal(queued, await ReceivedAsync(pair));
    }

    [Theory, Transports]
    public async Task TryPost_DropOldest_TheNewestArriveBehindThoseThatWereBeingSent(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync(OutboxTests.Small(OutboxFullMode.DropOldest));
        var outbox = pair.Client.Outbox;
        var posted = 0;
        for (; outbox.DroppedMessages < BeyondFull; posted++)
        {
            Assert.InRange(posted, 0, Bound);
            // What is being sent fills no more than half of it.
            Assert.True(outbox.TryPost(Frames.Make(0, posted, Length)));
            Assert.InRange(outbox.QueuedBytes, 0, MaxBytes);
        }

        var (dropped, received) = (outbox.DroppedMessages, await ReceivedAsync(pair));
        Assert.Equal(posted, received.Count + dropped);
        Assert.Equal(received.Order(), received);
        Assert.Equal(posted - 1, received[^1]);
        Assert.Equal(0, received[0]);
    }

    [Theory, Transports]
    public async Task TryPost_Disconnect_AbortsAndSaysThatTheOutboxIsFull(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync(OutboxTests.Small(OutboxFullMode.Disconnect));
        var outbox = pair.Client.Outbox;
        await FillAsync(pair.Client);
        var flushing = outbox.FlushAsync();
        var waiting = outbox.PostAsync(new byte[MaxBytes - 64]);
        while (outbox.TryPost(new byte[Length]))
            Assert.InRange(outbox.QueuedBytes, 0, MaxBytes);

        var reason = pair.Client.CloseReason!;
        Assert.Equal(ConnectionError.ResourceShortage, reason.Error);
        Assert.Matches(@"^The outbox is full: \d+ bytes are queued, and a message of 1000 bytes would pass OutboxOptions\.MaxBytes \(65536\)$", reason.Exception!.Message);
        Assert.Equal(1, outbox.DroppedMessages);
        foreach (var call in (Task[])[flushing, waiting.AsTask(), outbox.FlushAsync(), outbox.PostAsync(new byte[1]).AsTask()])
            Assert.Contains("The outbox is full", (await call.ThrowsAsync(ConnectionError.ResourceShortage)).Message, StringComparison.Ordinal);
        Assert.False(outbox.TryPost(new byte[1]));
        Assert.Equal(1, outbox.DroppedMessages);
    }

    [Theory, Transports]
    public async Task PostAsync_NoRoom_WaitsInTurnAndContinues(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync(OutboxTests.Small(OutboxFullMode.Disconnect));
        var filled = await FillAsync(pair.Client);
        var waiting = Enumerable.Range(filled, 50).Select(number => pair.Client.Outbox.PostAsync(Frames.Make(0, number, 50_000)).AsTask()).ToArray();
        Assert.False(waiting[^1].IsCompleted);
        Assert.False(pair.Client.Outbox.FlushAsync().IsCompleted);
        var reading = pair.Accepted.Input.ReadToEndAsync();
        await Task.WhenAll(waiting).Soon();
        await pair.Client.Outbox.FlushAsync().Soon();
        await pair.Client.CloseAsync().Soon();

        Assert.Equal(Enumerable.Range(0, filled + 50).Select(static number => (0, number)), Frames.Parse(await reading.Soon()));
    }

    [Theory, Transports]
    public async Task PostAsync_CancelledWhileItWaits_LeavesNoTraceAndLetsLaterOnesIn(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync(OutboxTests.Small(OutboxFullMode.Disconnect));
        var outbox = pair.Client.Outbox;
        var filled = await FillAsync(pair.Client);
        using var cancel = new CancellationTokenSource();
        var cancelled = outbox.PostAsync(new byte[MaxBytes - 64], cancel.Token).AsTask();
        var flushing = outbox.FlushAsync(cancel.Token);
        // There is room for it, and others came before.
        var shorter = outbox.PostAsync(Frames.Make(0, filled, Frames.Header)).AsTask();
        Assert.Equal((false, false), (cancelled.IsCompleted, shorter.IsCompleted));
        await cancel.CancelAsync();

        foreach (var call in (Task[])[cancelled, flushing, outbox.PostAsync(new byte[1], cancel.Token).AsTask(), outbox.FlushAsync(cancel.Token)])
            Assert.Equal(cancel.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Soon())).CancellationToken);
        await shorter.Soon();
        Assert.Equal(Enumerable.Range(0, filled + 1), await ReceivedAsync(pair));
    }

    [Fact]
    public async Task TryPost_AHundredFullOutboxes_TakeNoMoreMemoryThanTheyMay()
    {
        const int Connections = 100;
        var options = OutboxTests.Small(OutboxFullMode.DropNewest);
        await using var server = Server.Listen(0, new ServerOptions { Connection = options });
        var pairs = new List<(Connection Client, Connection Accepted)>();
        for (var i = 0; i < Connections; i++)
        {
            var accepting = server.AcceptAsync();
            pairs.Add((await Connection.ConnectAsync(server.LocalEndPoint, options), await accepting));
        }

        var (message, before) = (new byte[Length], GC.GetTotalMemory(forceFullCollection: true));
        foreach (var (client, _) in pairs)
        {
            for (var posted = 0; client.Outbox.DroppedMessages < BeyondFull; posted++)
            {
                Assert.InRange(posted, 0, Bound);
                client.Outbox.TryPost(message);
            }
        }

        var held = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.InRange(pairs.Sum(static pair => pair.Client.Outbox.QueuedBytes), Connections * MaxBytes / 2, Connections * MaxBytes);
        // The bytes, one block for the batch of each, and the entries.
        Assert.InRange(held, 0, 3L * Connections * MaxBytes);
        foreach (var (client, accepted) in pairs)
        {
            client.Abort();
            accepted.Abort();
        }
    }

    /// <summary>Posts numbered messages until the kernel takes none and the outbox has no room for a long one.</summary>
    /// <returns>How many.</returns>
    public static async Task<int> FillAsync(Connection connection)
    {
        var filled = 0;
        // The kernel may take more a moment later, when the peer's side has made its buffer larger.
        for (var quiet = 0; quiet < 20; quiet++)
        {
            for (; connection.Outbox.QueuedBytes + Length + 64 <= MaxBytes; filled++)
            {
                Assert.InRange(filled, 0, Bound);
                Assert.True(connection.Outbox.TryPost(Frames.Make(0, filled, Length)));
                quiet = 0;
            }

            await Task.Delay(1);
        }

        return filled;
    }

    private static async Task<List<int>> ReceivedAsync(Pair pair)
    {
        var reading = pair.Accepted.Input.ReadToEndAsync();
        await pair.Client.CloseAsync().Soon();
        return [.. Frames.Parse(await reading.Soon()).Select(static frame => frame.Number)];
    }
}

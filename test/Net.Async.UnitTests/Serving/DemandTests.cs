using System.Collections.Concurrent;
using Xunit.Abstractions;

namespace Net.Async.Tests.Serving;

/// <summary>Who asks for connections and who gets them: every connection goes to one caller, in order, and none is lost.</summary>
public class DemandTests(ITestOutputHelper output)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task WaitAsync_NothingIsAskedFor_WaitsUntilACallAsks()
    {
        var demand = new Demand();
        var waiting = demand.WaitAsync().AsTask();
        Assert.False(waiting.IsCompleted);
        _ = demand.NextAsync(CancellationToken.None).AsTask();
        Assert.True(await waiting.WaitAsync(s_limit));
        Assert.True(await demand.WaitAsync().AsTask().WaitAsync(s_limit));
        Assert.True(await demand.ClaimAsync());
        Assert.False(demand.WaitAsync().AsTask().IsCompleted);
    }

    [Fact]
    public async Task NextAsync_SeveralWait_AreServedInOrder()
    {
        var demand = new Demand();
        var calls = Enumerable.Range(0, 5).Select(_ => demand.NextAsync(CancellationToken.None).AsTask()).ToArray();
        foreach (var call in calls)
        {
            Assert.True(await demand.ClaimAsync());
            var connection = Made();
            Assert.True(demand.TryDeliver(connection, isClaimed: true));
            Assert.Same(connection, await call.WaitAsync(s_limit));
        }
    }

    [Fact]
    public async Task NextAsync_CancelledWhileItsConnectionComes_LeavesItToTheNext()
    {
        var demand = new Demand();
        using var cancel = new CancellationTokenSource();
        var abandoned = demand.NextAsync(cancel.Token).AsTask();
        Assert.True(await demand.ClaimAsync());
        await cancel.CancelAsync();
        Assert.Equal(cancel.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => abandoned.WaitAsync(s_limit))).CancellationToken);
        var connection = Made();
        Assert.True(demand.TryDeliver(connection, isClaimed: true));
        // One is ready: nothing more is asked for by the next call.
        Assert.Same(connection, await demand.NextAsync(CancellationToken.None));
        Assert.False(demand.WaitAsync().AsTask().IsCompleted);
    }

    [Fact]
    public async Task ClaimAsync_AnotherLoopWasFaster_WaitsInOrder()
    {
        var demand = new Demand();
        _ = demand.NextAsync(CancellationToken.None).AsTask();
        Assert.True(await demand.ClaimAsync());
        var (second, third) = (demand.ClaimAsync().AsTask(), demand.ClaimAsync().AsTask());
        _ = demand.NextAsync(CancellationToken.None).AsTask();
        Assert.True(await second.WaitAsync(s_limit));
        Assert.False(third.IsCompleted);
        demand.ReturnClaim();
        Assert.True(await third.WaitAsync(s_limit));
    }

    [Fact]
    public async Task ServeAsync_SlotsAreTaken_ReadyConnectionsStartAsHandlersEnd()
    {
        var demand = new Demand();
        var starter = new Starter();
        var slots = new HandlerSlots(2, starter);
        var serving = demand.ServeAsync(slots);
        var connections = Enumerable.Range(0, 3).Select(static _ => Made()).ToArray();
        foreach (var connection in connections)
            Assert.True(demand.TryDeliver(connection, isClaimed: false));
        Assert.Equal(connections[..2], starter.Started);
        demand.OnHandlerEnded(slots);
        Assert.Equal(connections, starter.Started);

        Assert.Empty(demand.End(null, keepsReady: false));
        Assert.False(serving.IsCompleted);
        demand.OnHandlerEnded(slots);
        demand.OnHandlerEnded(slots);
        await serving.WaitAsync(s_limit);
    }

    [Fact]
    public async Task End_EveryHandlerHasEnded_NothingStartsAfterwards()
    {
        var demand = new Demand();
        var starter = new Starter();
        var serving = demand.ServeAsync(new HandlerSlots(2, starter));
        Assert.Empty(demand.End(null, keepsReady: false));
        await serving.WaitAsync(s_limit);
        Assert.False(await demand.ClaimAsync());
        Assert.False(demand.TryDeliver(Made(), isClaimed: false));
        Assert.Empty(starter.Started);
    }

    // An unbind ends when its upgrades do: a stop may have come before that.
    [Fact]
    public void End_ThatKeepsAfterOneThatDoesNot_KeepsNothing()
    {
        var demand = new Demand();
        demand.Keep();
        Assert.Empty(demand.End(null, keepsReady: false));
        Assert.Empty(demand.End(null, keepsReady: true));
        Assert.False(demand.TryDeliver(Made(), isClaimed: false));
    }

    [Fact]
    public async Task ServeAsync_ACallWaits_TheCallIsServedFirst()
    {
        var demand = new Demand();
        var starter = new Starter();
        var call = demand.NextAsync(CancellationToken.None).AsTask();
        _ = demand.ServeAsync(new HandlerSlots(2, starter));
        var (first, second) = (Made(), Made());
        Assert.True(demand.TryDeliver(first, isClaimed: false));
        Assert.True(demand.TryDeliver(second, isClaimed: false));
        Assert.Same(first, await call.WaitAsync(s_limit));
        Assert.Equal([second], starter.Started);
    }

    [Fact]
    public async Task End_CallsAndClaimsWait_AllHearOfIt()
    {
        var demand = new Demand();
        var failure = new ConnectionException(ConnectionError.Unknown, "listening failed");
        var claim = demand.ClaimAsync().AsTask();
        var loop = demand.WaitAsync().AsTask();
        var call = demand.NextAsync(CancellationToken.None).AsTask();
        Assert.True(await claim.WaitAsync(s_limit));
        var second = demand.ClaimAsync().AsTask();

        Assert.Empty(demand.End(failure, keepsReady: false));

        Assert.Same(failure, await Assert.ThrowsAsync<ConnectionException>(() => call.WaitAsync(s_limit)));
        Assert.Same(failure, await Assert.ThrowsAsync<ConnectionException>(() => demand.NextAsync(CancellationToken.None).AsTask()));
        Assert.False(await second.WaitAsync(s_limit));
        Assert.False(await loop.WaitAsync(s_limit));
        Assert.False(demand.TryDeliver(Made(), isClaimed: true));
    }

    [Fact]
    public async Task Keep_WhatWasAccepted_CanStillBeTakenAfterTheEnd()
    {
        var demand = new Demand();
        var held = demand.ClaimAsync().AsTask();
        demand.Keep();
        Assert.True(await held.WaitAsync(s_limit));
        Assert.False(await demand.WaitAsync());
        var connection = Made();
        Assert.True(demand.TryDeliver(connection, isClaimed: true));
        Assert.Empty(demand.End(null, keepsReady: true));
        Assert.Same(connection, await demand.NextAsync(CancellationToken.None));
        Assert.Null(await demand.NextAsync(CancellationToken.None));
    }

    [Fact]
    public async Task NextAsync_ManyLoopsAndCallersThatCancel_EveryConnectionGoesToOneCaller()
    {
        const int Loops = 3, Callers = 4, Rounds = 20;
        var seed = Seed.Start(output).Next();
        for (var round = 0; round < Rounds; round++)
        {
            var demand = new Demand();
            var (made, got) = (new ConcurrentQueue<Connection>(), new ConcurrentQueue<Connection>());
            var loops = Enumerable.Range(0, Loops).Select(_ => Task.Run(() => AcceptAsync(demand, made))).ToArray();
            var callers = Enumerable.Range(0, Callers).Select(i => Task.Run(() => AskAsync(demand, got, new Random(seed + (round * Callers) + i)))).ToArray();
            await Task.WhenAll(callers).WaitAsync(s_limit);
            // What was taken for calls that were cancelled is ready for the next ones; a loop holds one at most.
            var left = demand.End(null, keepsReady: false);
            await Task.WhenAll(loops).WaitAsync(s_limit);
            Assert.InRange(made.Count - got.Count - left.Count, 0, Loops);
            Assert.Equal(got.Count + left.Count, got.Concat(left).Distinct().Count());
        }
    }

    private static async Task AcceptAsync(Demand demand, ConcurrentQueue<Connection> made)
    {
        while (await demand.WaitAsync())
        {
            var connection = Made();
            made.Enqueue(connection);
            if (!await demand.ClaimAsync())
                return;
            demand.TryDeliver(connection, isClaimed: true);
        }
    }

    private static async Task AskAsync(Demand demand, ConcurrentQueue<Connection> got, Random random)
    {
        for (var i = 0; i < 200; i++)
        {
            using var cancel = new CancellationTokenSource();
            var asking = demand.NextAsync(cancel.Token).AsTask();
            if (random.Next(3) == 0)
                await cancel.CancelAsync();
            try
            {
                got.Enqueue((await asking)!);
            }
            catch (OperationCanceledException)
            {
                // Its connection is another's.
            }
        }
    }

    private static Connection Made() => Connection.FromStream(Stream.Null);

    private sealed class Starter : IHandlerStarter
    {
        public List<Connection> Started { get; } = [];

        public void Start(Connection connection) => Started.Add(connection);
    }
}

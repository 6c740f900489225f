using Microsoft.Extensions.Time.Testing;

namespace Net.Async.Tests.Contract;

/// <summary>Idleness is told, once a period, and ends nothing. In virtual time.</summary>
public class IdleTests : LeakCheck
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(60);

    private readonly FakeTimeProvider _time = new();

    [Theory, Transports]
    public async Task WaitForIdleAsync_NoByteMoves_CompletesAtTheTimeoutAndEndsNothing(string transport)
    {
        await using var pair = await PairAsync(transport);
        var idle = pair.Accepted.WaitForIdleAsync();
        var second = pair.Accepted.WaitForIdleAsync();
        _time.Advance(s_timeout - TimeSpan.FromMilliseconds(1));
        Assert.False(idle.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await idle.Soon();
        await second.Soon();
        Assert.Equal(ConnectionState.Open, pair.Accepted.State);
        await pair.Accepted.Output.WriteAsync(new byte[3]).Soon();
        Assert.Equal(new byte[3], await pair.Client.Input.ReadExactlyAsync(3));
    }

    [Theory, Transports]
    public async Task WaitForIdleAsync_AfterItWasTold_WaitsForAByteAndAnotherPeriod(string transport)
    {
        await using var pair = await PairAsync(transport);
        _time.Advance(s_timeout);
        // Over the limit already: told at once, and only once.
        Assert.True(pair.Accepted.WaitForIdleAsync().IsCompletedSuccessfully);
        var next = pair.Accepted.WaitForIdleAsync();
        _time.Advance(s_timeout * 5);
        Assert.False(next.IsCompleted);
        await pair.Accepted.Output.WriteAsync(new byte[1]).Soon();
        _time.Advance(s_timeout / 2);
        Assert.False(next.IsCompleted);
        _time.Advance(s_timeout);
        await next.Soon();
    }

    [Theory, Transports]
    public async Task WaitForIdleAsync_BytesEitherWay_BeginThePeriodAnew(string transport)
    {
        await using var pair = await PairAsync(transport);
        var idle = pair.Accepted.WaitForIdleAsync();
        for (var i = 0; i < 4; i++)
        {
            _time.Advance(s_timeout * 0.9);
            var (from, to) = i % 2 == 0 ? (pair.Client, pair.Accepted) : (pair.Accepted, pair.Client);
            await from.Output.WriteAsync(new byte[1]).Soon();
            await to.Input.ReadExactlyAsync(1);
            Assert.False(idle.IsCompleted);
        }

        _time.Advance(s_timeout);
        await idle.Soon();
    }

    [Theory, Transports]
    public async Task IdlePeriod_ChangedWhileSomebodyWaits_CountsFromThen(string transport)
    {
        await using var pair = await PairAsync(transport);
        var idle = pair.Accepted.WaitForIdleAsync();
        _time.Advance(s_timeout / 2);
        pair.Accepted.IdlePeriod = null;
        _time.Advance(s_timeout * 10);
        Assert.False(idle.IsCompleted);
        pair.Accepted.IdlePeriod = s_timeout * 2;
        _time.Advance(s_timeout);
        Assert.False(idle.IsCompleted);
        pair.Accepted.IdlePeriod = s_timeout / 4;
        _time.Advance(s_timeout / 4);
        await idle.Soon();
        Assert.Equal(s_timeout / 4, pair.Accepted.IdlePeriod);
    }

    [Theory, Transports]
    public async Task WaitForIdleAsync_ConnectionEnds_IsTold(string transport)
    {
        await using var pair = await PairAsync(transport);
        var aborted = pair.Accepted.WaitForIdleAsync();
        pair.Accepted.Abort(new FormatException("enough"));
        var thrown = await aborted.ThrowsAsync(ConnectionError.Aborted);
        Assert.IsType<FormatException>(thrown.InnerException);
        await pair.Accepted.WaitForIdleAsync().ThrowsAsync(ConnectionError.Aborted);
        await pair.Client.CloseAsync().ContinueWith(static ended => ended.Exception, TaskScheduler.Default);
        await Assert.ThrowsAsync<ConnectionException>(() => pair.Client.WaitForIdleAsync());
    }

    [Theory, Transports]
    public async Task WaitForIdleAsync_Cancelled_EndsThisWaitOnly(string transport)
    {
        await using var pair = await PairAsync(transport);
        using var source = new CancellationTokenSource();
        var cancelled = pair.Accepted.WaitForIdleAsync(source.Token);
        var other = pair.Accepted.WaitForIdleAsync();
        await source.CancelAsync();
        Assert.Equal(source.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled)).CancellationToken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pair.Accepted.WaitForIdleAsync(source.Token));
        _time.Advance(s_timeout);
        await other.Soon();
    }

    [Theory, Transports]
    public async Task WaitForIdleAsync_CancelledBeforeThePeriodIsOver_TakesItFromNobody(string transport)
    {
        await using var pair = await PairAsync(transport);
        using var source = new CancellationTokenSource();
        var cancelled = pair.Accepted.WaitForIdleAsync(source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        _time.Advance(s_timeout * 2);
        await pair.Accepted.WaitForIdleAsync().Soon();
    }

    [Theory, Transports]
    public async Task WaitForIdleAsync_WithoutATimeout_IsAMistake(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        Assert.Null(pair.Client.IdlePeriod);
        await Assert.ThrowsAsync<InvalidOperationException>(() => pair.Client.WaitForIdleAsync());
        var thrown = Assert.Throws<ArgumentOutOfRangeException>(() => pair.Client.IdlePeriod = TimeSpan.Zero);
        Assert.Equal(nameof(Connection.IdlePeriod), thrown.ParamName);
        Assert.Null(pair.Client.IdlePeriod);
    }

    [Fact]
    public async Task WaitForIdleAsync_ThousandsOnTheRealClock_AreAllTold()
    {
        var pairs = new List<(Connection Client, Connection Server)>();
        for (var i = 0; i < 2000; i++)
            pairs.Add(Net.Async.Testing.MemoryNetwork.CreatePair(new ConnectionOptions { IdlePeriod = TimeSpan.FromMilliseconds(1 + (i % 97)) }));
        await Task.WhenAll(pairs.Select(static pair => pair.Client.WaitForIdleAsync())).Soon();
        foreach (var (client, server) in pairs)
        {
            await client.DisposeAsync();
            await server.DisposeAsync();
        }
    }

    private Task<Pair> PairAsync(string transport) =>
        Transport.Get(transport).ConnectPairAsync(new ConnectionOptions { IdlePeriod = s_timeout, TimeProvider = _time });
}

using Net.Async.Testing;
using Polly.Timeout;

namespace Net.Async.Tests.Resilience;

/// <summary>Time limits and cancellation: what they end, what they are told as, and that nothing is left behind.</summary>
public class ResilientConnectorLimitsTests : ResilientConnectorTest
{
    [Fact]
    public async Task ConnectAsync_SilentAttempt_IsEndedAtItsLimitAndRepeated()
    {
        var scripted = new ScriptedConnector(ScriptedConnector.Waits, ScriptedConnector.Connects);
        var connecting = new ResilientConnector(scripted, Options with { Delay = TimeSpan.Zero }).ConnectAsync(Target);
        await Time.ArmedAsync(2);
        Time.Advance(TimeSpan.FromSeconds(10) - TimeSpan.FromTicks(1));
        Assert.Equal(1, scripted.Attempts);

        Time.Advance(TimeSpan.FromTicks(1));

        await (await connecting.Soon()).DisposeAsync();
        Assert.Equal([ConnectionError.TimedOut], Told.Errors);
    }

    [Fact]
    public async Task ConnectAsync_SilentToTheEnd_IsTimedOut()
    {
        var connecting = FailsAsync(new ScriptedConnector(ScriptedConnector.Waits), Options with { MaxAttempts = 1 });
        await Time.ArmedAsync(2);

        Time.Advance(TimeSpan.FromSeconds(10));

        var exception = await connecting;
        Assert.Equal((ConnectionError.TimedOut, Target, "Could not connect to host.test:80: not within 10 s."), (exception.Error, exception.EndPoint, exception.Message));
        Assert.IsType<TimeoutRejectedException>(exception.InnerException);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ConnectAsync_TotalTimeout_EndsAttemptsAndWaits(bool inAnAttempt)
    {
        var scripted = new ScriptedConnector(inAnAttempt ? ScriptedConnector.Waits : ScriptedConnector.Fails(ConnectionError.Refused));
        var connecting = FailsAsync(scripted, Options with { TotalTimeout = TimeSpan.FromSeconds(2.5), Delay = TimeSpan.FromMinutes(1), MaxDelay = TimeSpan.FromMinutes(1) });
        await Time.ArmedAsync(inAnAttempt ? 2 : 3);

        Time.Advance(TimeSpan.FromSeconds(2.5));

        var exception = await connecting;
        Assert.Equal((ConnectionError.TimedOut, "Could not connect to host.test:80: not within 2.5 s."), (exception.Error, exception.Message));
        Assert.Equal(1, scripted.Attempts);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ConnectAsync_ConnectorThatIsLeftBehindAtOnce_ItsTokenRunsEveryCallback(bool cancelled)
    {
        const int Tries = 500;
        var (begun, ended) = (0, 0);
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var scripted = new ScriptedConnector(async token =>
        {
            Interlocked.Increment(ref begun);
            var wait = Task.Delay(Timeout.InfiniteTimeSpan, token);
            entered.TrySetResult();
            await wait.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Interlocked.Increment(ref ended);
            throw new OperationCanceledException(token);
        });
        var connector = new ResilientConnector(scripted, new() { CancelGrace = TimeSpan.Zero, MaxAttempts = 1, Circuit = null, AttemptTimeout = TimeSpan.FromMilliseconds(cancelled ? 10_000 : 10) });
        for (var i = 0; i < Tries; i++)
        {
            using var cancel = new CancellationTokenSource();
            entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var connecting = connector.ConnectAsync(Target, cancel.Token);
            await entered.Task.Soon();
            if (cancelled)
                cancel.Cancel();
            await Assert.ThrowsAnyAsync<Exception>(() => connecting.Soon());
        }

        Assert.Equal(Tries, begun);
        await Eventually.IsAsync(() => Volatile.Read(ref ended) == Tries, () => $"{Tries - ended} of {Tries} connectors still wait on their token");
    }

    [Fact]
    public async Task ConnectAsync_ConnectorThatHeedsItsToken_IsBackBeforeTheCallReturns()
    {
        var (cancelled, closed) = (new TaskCompletionSource(), new TaskCompletionSource());
        var scripted = new ScriptedConnector(async token =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancelled.SetResult();
            await closed.Task;
            throw new OperationCanceledException(token);
        });
        using var source = new CancellationTokenSource();
        var connecting = new ResilientConnector(scripted, Options).ConnectAsync(Target, source.Token);

        await source.CancelAsync();
        await cancelled.Task.Soon();
        // The grace runs: it was the third timer.
        await Time.ArmedAsync(3);
        Assert.False(connecting.IsCompleted);
        closed.SetResult();

        Assert.Equal(source.Token, (await Assert.ThrowsAsync<OperationCanceledException>(() => connecting.Soon())).CancellationToken);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ConnectAsync_ConnectionThatComesTooLate_IsAborted(bool withinTheGrace)
    {
        var late = new TaskCompletionSource<Connection>(TaskCreationOptions.RunContinuationsAsynchronously);
        var scripted = new ScriptedConnector(_ => late.Task);
        var (client, server) = MemoryNetwork.CreatePair();
        var connecting = FailsAsync(scripted, Options with { MaxAttempts = 1 });
        await Time.ArmedAsync(2);
        Time.Advance(TimeSpan.FromSeconds(10));
        await Time.ArmedAsync(3);
        if (withinTheGrace)
            late.SetResult(client);
        else
            Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(ConnectionError.TimedOut, (await connecting).Error);
        late.TrySetResult(client);

        await Eventually.IsAsync(() => client.State == ConnectionState.Closed, "the late connection is closed");
        await Eventually.FiresAsync("the peer is told", server.Closed);
    }

    [Fact]
    public async Task ConnectAsync_ConnectorThatFailsTooLate_IsObserved()
    {
        var late = new TaskCompletionSource<Connection>();
        using var source = new CancellationTokenSource();
        var connecting = new ResilientConnector(new ScriptedConnector(_ => late.Task), Options with { CancelGrace = TimeSpan.Zero }).ConnectAsync(Target, source.Token);

        await source.CancelAsync();

        Assert.Equal(source.Token, (await Assert.ThrowsAsync<OperationCanceledException>(() => connecting.Soon())).CancellationToken);
        late.SetException(new InvalidDataException());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ConnectAsync_Cancelled_ThrowsWithTheToken(bool inAnAttempt)
    {
        using var source = new CancellationTokenSource();
        var scripted = new ScriptedConnector(inAnAttempt ? ScriptedConnector.Waits : ScriptedConnector.Fails(ConnectionError.Refused));
        var connecting = new ResilientConnector(scripted, Options).ConnectAsync(Target, source.Token);
        await Time.ArmedAsync(inAnAttempt ? 2 : 3);

        await source.CancelAsync();

        Assert.Equal(source.Token, (await Assert.ThrowsAsync<OperationCanceledException>(() => connecting.Soon())).CancellationToken);
        Assert.Equal(1, scripted.Attempts);
    }

    [Fact]
    public async Task ConnectAsync_CancelledAsTheAttemptFails_IsTheCancellation()
    {
        using var source = new CancellationTokenSource();
        var scripted = new ScriptedConnector(_ =>
        {
            source.Cancel();
            throw new ConnectionException(ConnectionError.Refused, "scripted");
        });

        var exception = await Assert.ThrowsAsync<OperationCanceledException>(() => new ResilientConnector(scripted, Options).ConnectAsync(Target, source.Token).Soon());

        Assert.Equal((source.Token, 1), (exception.CancellationToken, scripted.Attempts));
    }

    [Fact]
    public async Task ConnectAsync_CancelledBefore_AsksNobody()
    {
        var (scripted, token) = (new ScriptedConnector(ScriptedConnector.Connects), new CancellationToken(canceled: true));

        var exception = await Assert.ThrowsAsync<OperationCanceledException>(() => new ResilientConnector(scripted, Options).ConnectAsync(Target, token).Soon());

        Assert.Equal((token, 0), (exception.CancellationToken, scripted.Attempts));
    }

    [Fact]
    public async Task ConnectAsync_ConnectorGivesUpOnItsOwn_IsNoCancellation()
    {
        var exception = await FailsAsync(new ScriptedConnector(ScriptedConnector.Fails(new OperationCanceledException())), Options);

        Assert.Equal((ConnectionError.Aborted, "Could not connect to host.test:80: given up without being cancelled."), (exception.Error, exception.Message));
    }
}

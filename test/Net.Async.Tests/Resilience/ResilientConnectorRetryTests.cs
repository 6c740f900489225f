using System.Net;
using Polly;
using Polly.Retry;

namespace Net.Async.Tests.Resilience;

public class ResilientConnectorRetryTests : ResilientConnectorTest
{
    [Fact]
    public async Task ConnectAsync_FailsThreeTimes_ConnectsAfterWaitsThatDouble()
    {
        var scripted = new ScriptedConnector(ScriptedConnector.Fails(ConnectionError.Refused), ScriptedConnector.Fails(ConnectionError.TimedOut),
            ScriptedConnector.Fails(ConnectionError.Reset), ScriptedConnector.Connects);
        var connecting = new ResilientConnector(scripted, Options).ConnectAsync(Target);
        // One timer for all, then one an attempt and one a wait.
        foreach (var (attempt, wait) in new[] { (1, 200), (2, 400), (3, 800) })
        {
            await Time.ArmedAsync(1 + (2 * attempt));
            Time.Advance(TimeSpan.FromMilliseconds(wait - 1));
            Assert.Equal(attempt, scripted.Attempts);
            Time.Advance(TimeSpan.FromMilliseconds(1));
        }

        await using var connection = await connecting.Soon();

        Assert.Same(Assert.Single(scripted.Made), connection);
        Assert.Equal([ConnectionError.Refused, ConnectionError.TimedOut, ConnectionError.Reset], Told.Errors);
    }

    [Fact]
    public async Task ConnectAsync_FailsToTheEnd_ThrowsTheLastErrorAsItIs()
    {
        var last = new ConnectionException(ConnectionError.HostUnreachable, "the last one", Target);
        var scripted = new ScriptedConnector(ScriptedConnector.Fails(ConnectionError.Refused), ScriptedConnector.Fails(last));

        var exception = await FailsAsync(scripted, Options with { Delay = TimeSpan.Zero, MaxAttempts = 2 });

        Assert.Same(last, exception);
        Assert.Equal((2, 1), (scripted.Attempts, Told.Errors.Length));
    }

    [Theory]
    [InlineData(ConnectionError.Denied)]
    [InlineData(ConnectionError.AccessDenied)]
    [InlineData(ConnectionError.NotSupported)]
    [InlineData(ConnectionError.AddressFamilyNotSupported)]
    [InlineData(ConnectionError.HostNotFound)]
    [InlineData(ConnectionError.Unknown)]
    public async Task ConnectAsync_ErrorThatStays_IsTriedOnce(ConnectionError error)
    {
        var scripted = new ScriptedConnector(ScriptedConnector.Fails(error));

        Assert.Equal(error, (await FailsAsync(scripted, Options)).Error);
        Assert.Equal(1, scripted.Attempts);
    }

    [Fact]
    public async Task ConnectAsync_MistakeOfTheCaller_IsTriedOnce()
    {
        var mistake = new ArgumentException("made");
        var scripted = new ScriptedConnector(ScriptedConnector.Fails(mistake));

        Assert.Same(mistake, await Assert.ThrowsAsync<ArgumentException>(() => new ResilientConnector(scripted, Options).ConnectAsync(Target).Soon()));
        Assert.Equal(1, scripted.Attempts);
    }

    [Fact]
    public async Task ConnectAsync_OneAttempt_IsNotRepeated()
    {
        var scripted = new ScriptedConnector(ScriptedConnector.Fails(ConnectionError.Refused));

        Assert.Equal(ConnectionError.Refused, (await FailsAsync(scripted, Options with { MaxAttempts = 1 })).Error);
        Assert.Equal(1, scripted.Attempts);
    }

    [Fact]
    public async Task ConnectAsync_OwnPredicate_Decides()
    {
        var scripted = new ScriptedConnector(ScriptedConnector.Fails(ConnectionError.Unknown), ScriptedConnector.Fails(ConnectionError.Refused));

        var exception = await FailsAsync(scripted, Options with { Delay = TimeSpan.Zero, IsTransient = static exception => exception.Error == ConnectionError.Unknown });

        Assert.Equal((ConnectionError.Refused, 2), (exception.Error, scripted.Attempts));
    }

    [Fact]
    public async Task ConnectAsync_MaxDelay_BoundsEachWait()
    {
        var scripted = new ScriptedConnector(ScriptedConnector.Fails(ConnectionError.Refused), ScriptedConnector.Connects);
        var connecting = new ResilientConnector(scripted, Options with { Delay = TimeSpan.FromSeconds(50), MaxDelay = TimeSpan.FromSeconds(1) }).ConnectAsync(Target);
        await Time.ArmedAsync(3);

        Time.Advance(TimeSpan.FromSeconds(1));

        await (await connecting.Soon()).DisposeAsync();
    }

    [Fact]
    public async Task ConnectAsync_Jitter_SpreadsTheWaits()
    {
        const int Clients = 40;
        var scripted = Enumerable.Range(0, Clients).Select(static _ => new ScriptedConnector(ScriptedConnector.Fails(ConnectionError.Refused), ScriptedConnector.Connects)).ToArray();
        var options = Options with { Jitter = true, Delay = TimeSpan.FromSeconds(1), MaxDelay = TimeSpan.FromMinutes(1) };
        var connecting = scripted.Select(one => new ResilientConnector(one, options).ConnectAsync(Target)).ToArray();
        await Time.ArmedAsync(3 * Clients);

        // About half of them wait less than the delay. None of 40, or all, would be a miracle.
        Time.Advance(TimeSpan.FromSeconds(1));
        await Eventually.IsAsync(() => connecting.Any(static one => one.IsCompleted), "a connect ended");
        Assert.Contains(connecting, static one => !one.IsCompleted);

        Time.Advance(TimeSpan.FromSeconds(5));
        await Task.WhenAll(connecting).Soon();
        await Task.WhenAll(scripted.Select(CloseAsync));
    }

    [Fact]
    public async Task ConnectAsync_OwnPipeline_IsUsed()
    {
        var scripted = new ScriptedConnector(ScriptedConnector.Fails(ConnectionError.Refused), ScriptedConnector.Connects);
        var pipeline = new ResiliencePipelineBuilder().AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<Exception>(TransientConnectionErrors.IsTransient),
            Delay = TimeSpan.Zero,
            MaxRetryAttempts = 1,
        }).Build();

        await using var connection = await new ResilientConnector(scripted, pipeline).ConnectAsync("host.test", 80).Soon();

        Assert.Equal(2, scripted.Attempts);
    }

    [Fact]
    public async Task ConnectAsync_ListenerThrows_EndsTheConnectWithIt()
    {
        var scripted = new ScriptedConnector(ScriptedConnector.Fails(ConnectionError.Refused));
        var options = Options with { Retrying = new Throwing() };

        await Assert.ThrowsAsync<InvalidDataException>(() => new ResilientConnector(scripted, options).ConnectAsync(Target).Soon());
        Assert.Equal(1, scripted.Attempts);
    }

    private sealed class Throwing : IProgress<ConnectionException>
    {
        public void Report(ConnectionException value) => throw new InvalidDataException();
    }
}

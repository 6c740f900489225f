using System.Net;
using Polly;
using Polly.CircuitBreaker;

namespace Net.Async.Tests.Resilience;

public class ResilientConnectorCircuitTests : ResilientConnectorTest
{
    private readonly CircuitOptions _circuit = new() { MinAttempts = 2, FailureRatio = 1 };
    private bool _well;

    private ResilientConnectorOptions OneAttempt => Options with { MaxAttempts = 1, Circuit = _circuit };

    [Fact]
    public async Task ConnectAsync_EndPointThatOnlyFails_IsNotAskedWhileItsCircuitIsOpen()
    {
        var scripted = Scripted();
        var connector = new ResilientConnector(scripted, OneAttempt);
        await RefusedAsync(connector);
        await RefusedAsync(connector);
        Time.Advance(TimeSpan.FromSeconds(1));

        var exception = await RefusedAsync(connector);

        Assert.Equal("Could not connect to host.test:80: its circuit is open for another 4 s, since: scripted Refused.", exception.Message);
        Assert.Equal(Target, exception.EndPoint);
        Assert.IsType<BrokenCircuitException>(exception.InnerException);
        Assert.Equal(2, scripted.Attempts);
    }

    [Fact]
    public async Task ConnectAsync_OtherEndPoint_HasACircuitOfItsOwn()
    {
        var scripted = Scripted();
        var connector = new ResilientConnector(scripted, OneAttempt);
        await RefusedAsync(connector);
        await RefusedAsync(connector);
        _well = true;

        await using var connection = await connector.ConnectAsync("host.test", 81).Soon();

        await RefusedAsync(connector);
        Assert.Equal(3, scripted.Attempts);
    }

    [Fact]
    public async Task ConnectAsync_AfterTheBreak_OneAttemptDecides()
    {
        var scripted = Scripted();
        var connector = new ResilientConnector(scripted, OneAttempt);
        await RefusedAsync(connector);
        await RefusedAsync(connector);
        Time.Advance(TimeSpan.FromSeconds(5));
        await RefusedAsync(connector);
        await RefusedAsync(connector);
        Assert.Equal(3, scripted.Attempts);
        Time.Advance(TimeSpan.FromSeconds(5));
        _well = true;

        await connector.ConnectAsync(Target).Soon();
        await connector.ConnectAsync(Target).Soon();

        Assert.Equal(5, scripted.Attempts);
        await CloseAsync(scripted);
    }

    [Fact]
    public async Task ConnectAsync_CircuitOpensMeanwhile_IsNotTriedAgain()
    {
        var scripted = Scripted();

        var exception = await RefusedAsync(new ResilientConnector(scripted, OneAttempt with { MaxAttempts = 10, Delay = TimeSpan.Zero }));

        Assert.IsType<BrokenCircuitException>(exception.InnerException);
        Assert.Equal((2, 2), (scripted.Attempts, Told.Errors.Length));
    }

    [Fact]
    public async Task ConnectAsync_OpenedByATimeLimit_IsToldAsThat()
    {
        var connector = new ResilientConnector(new ScriptedConnector(ScriptedConnector.Waits), OneAttempt);
        for (var i = 0; i < 2; i++)
        {
            var connecting = connector.ConnectAsync(Target);
            await Time.ArmedAsync(2 * (i + 1));
            Time.Advance(TimeSpan.FromSeconds(10));
            await Assert.ThrowsAsync<ConnectionException>(() => connecting.Soon());
        }

        var exception = await Assert.ThrowsAsync<ConnectionException>(() => connector.ConnectAsync(Target).Soon());

        Assert.Equal(ConnectionError.TimedOut, exception.Error);
        Assert.IsType<BrokenCircuitException>(exception.InnerException);
    }

    // One attempt is let through after the break. If the caller cancels just that one, the end point must not be lost for ever.
    [Fact]
    public async Task ConnectAsync_TheDecidingAttemptIsCancelled_OthersAreStillLetThrough()
    {
        using var source = new CancellationTokenSource();
        Func<CancellationToken, Task<Connection>> refused = ScriptedConnector.Fails(ConnectionError.Refused);
        var scripted = new ScriptedConnector(refused, refused, ScriptedConnector.Waits, ScriptedConnector.Connects);
        var connector = new ResilientConnector(scripted, OneAttempt);
        await RefusedAsync(connector);
        await RefusedAsync(connector);
        Time.Advance(TimeSpan.FromSeconds(5));
        var deciding = connector.ConnectAsync(Target, source.Token);
        await Eventually.IsAsync(() => scripted.Attempts == 3, "the third attempt");
        await source.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => deciding.Soon());

        Time.Advance(TimeSpan.FromSeconds(5));

        await (await connector.ConnectAsync(Target).Soon()).DisposeAsync();
    }

    [Fact]
    public async Task ConnectAsync_ErrorsThatStay_DoNotOpenACircuit()
    {
        var scripted = new ScriptedConnector(ScriptedConnector.Fails(ConnectionError.Denied));
        var connector = new ResilientConnector(scripted, OneAttempt);
        for (var i = 0; i < 5; i++)
            Assert.Null((await Assert.ThrowsAsync<ConnectionException>(() => connector.ConnectAsync(Target).Soon())).InnerException);

        Assert.Equal(5, scripted.Attempts);
    }

    [Fact]
    public async Task ConnectAsync_WithoutCircuits_AsksEachTime()
    {
        var scripted = Scripted();
        var connector = new ResilientConnector(scripted, OneAttempt with { Circuit = null });
        for (var i = 0; i < 50; i++)
            await RefusedAsync(connector);

        Assert.Equal(50, scripted.Attempts);
    }

    [Fact]
    public async Task ConnectAsync_OwnPipelineIsolated_IsAnErrorWithoutAName()
    {
        var control = new CircuitBreakerManualControl();
        var pipeline = new ResiliencePipelineBuilder().AddCircuitBreaker(new CircuitBreakerStrategyOptions { ManualControl = control }).Build();
        await control.IsolateAsync();
        var scripted = Scripted();

        var exception = await Assert.ThrowsAsync<ConnectionException>(() => new ResilientConnector(scripted, pipeline).ConnectAsync(Target).Soon());

        Assert.Equal((ConnectionError.Unknown, "Could not connect to host.test:80: its circuit is open."), (exception.Error, exception.Message));
        Assert.IsType<IsolatedCircuitException>(exception.InnerException);
        Assert.Equal(0, scripted.Attempts);
    }

    private ScriptedConnector Scripted() => new(token => _well ? ScriptedConnector.Connects(token) : throw new ConnectionException(ConnectionError.Refused, "scripted Refused."));

    private static async Task<ConnectionException> RefusedAsync(ResilientConnector connector)
    {
        var exception = await Assert.ThrowsAsync<ConnectionException>(() => connector.ConnectAsync(Target).Soon());
        Assert.Equal(ConnectionError.Refused, exception.Error);
        return exception;
    }
}

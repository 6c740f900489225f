using Net.Async.Tests.Serving;

namespace Net.Async.Tests.Contract;

/// <summary>What an observer hears, and in which order.</summary>
public class ObserverTests : LeakCheck
{
    [Theory, Transports]
    public async Task Notices_OneConnectionServed_ComeInOrder(string name)
    {
        var transport = Transport.Get(name);
        var observer = new TestObserver();
        await using var server = transport.Listen(new ServerOptions { Observer = observer });
        var serving = server.ServeAsync(ServerTests.Echo);
        await ServerTests.EchoOnceAsync(transport, server, 10);
        await Eventually.IsAsync(() => observer.Count("closed") == 1, "the end was not told");
        await server.StopAsync().Soon();
        await serving.Soon();

        Assert.Equal(["listening", "accepted", "closed", "stopping", "unbound", "stopped"], observer.Notices);
        Assert.Equal(new StopResult { Finished = 0, Aborted = 0 }, observer.Only<StopResult>("stopped"));
    }

    [Theory, Transports]
    public async Task Notices_HandlerFails_AreAcceptedFailedClosed(string name)
    {
        var transport = Transport.Get(name);
        var observer = new TestObserver();
        await using var server = transport.Listen(new ServerOptions { Observer = observer });
        var serving = server.ServeAsync(static (_, _) => throw new InvalidDataException("handler"));
        try
        {
            await using var client = await transport.ConnectAsync(server);
        }
        catch (ConnectionException exception) when (exception.Error == ConnectionError.Reset)
        {
            // A reset that is quicker than the connect ends the connect itself.
        }

        await Eventually.IsAsync(() => observer.Count("handler failed") == 1 && observer.Count("closed") == 1, "the failure was not told");
        await server.StopAsync().Soon();
        await serving.Soon();
        Assert.Equal("handler", observer.Only<InvalidDataException>("handler failed").Message);
        Assert.Equal(1, server.HandlerFailures);
        Assert.Equal(["listening", "accepted", "handler failed", "closed", "stopping", "unbound", "stopped"], observer.Notices);
    }

    [Theory, Transports]
    public async Task Notices_DroppedAndDenied_AreToldAndNotAccepted(string name)
    {
        var transport = Transport.Get(name);
        foreach (var (notice, options) in new[] { ("dropped", new ServerOptions { MaxConnections = 0 }), ("denied", new ServerOptions { Policy = new DenyAll() }) })
        {
            var observer = new TestObserver();
            await using var server = transport.Listen(options with { Observer = observer });
            var accepting = server.AcceptAsync().AsTask();
            try
            {
                await using var client = await transport.ConnectAsync(server);
                await Eventually.IsAsync(() => observer.Count(notice) == 1, $"the client was not {notice}");
            }
            catch (ConnectionException)
            {
                // It was turned away quicker than the connect ended.
            }

            await server.StopAsync().Soon();
            await Assert.ThrowsAsync<ConnectionException>(() => accepting.Soon());
            Assert.Equal((1, 0), (observer.Count(notice), observer.Count("accepted")));
        }
    }

    [Theory, Transports]
    public async Task Notices_StopReachesItsDeadline_TheConnectionIsClosedBeforeTheStop(string name)
    {
        var transport = Transport.Get(name);
        var observer = new TestObserver();
        await using var server = transport.Listen(new ServerOptions { Observer = observer });
        var serving = server.ServeAsync(static async (connection, _) => await connection.Input.ReadAsync(CancellationToken.None));
        await using var client = await transport.ConnectAsync(server);
        await Eventually.IsAsync(() => observer.Count("accepted") == 1, "no connection");
        Assert.Equal(new StopResult { Finished = 0, Aborted = 1 }, await server.StopAsync(TimeSpan.Zero).Soon());
        await serving.Soon();
        var ended = observer.Heard.Where(static heard => heard.Notice is "closed" or "stopped").ToArray();
        Assert.Equal(["closed", "stopped"], ended.Select(static heard => heard.Notice));
        Assert.Equal(ConnectionError.Aborted, Assert.IsAssignableFrom<Connection>(ended[0].Of).CloseReason?.Error);
        Assert.Equal(0, observer.Count("handler failed"));
    }

    [Fact]
    public async Task Observer_Throws_TheServerContinues()
    {
        var transport = Transport.Get("tcp4/reactor");
        await using var server = transport.Listen(new ServerOptions { Observer = new Broken() });
        var serving = server.ServeAsync(ServerTests.Echo);
        await ServerTests.EchoOnceAsync(transport, server, 10);
        await server.StopAsync().Soon();
        await serving.Soon();
    }

    [Fact]
    public async Task Observer_StopsTheServerWhenItListens_HearsBothInOrder()
    {
        var observer = new TestObserver();
        Action? stop = null;
        await using var server = Server.Bind(NetEndPoint.Loopback(0), new ServerOptions { Observer = new StopsAtOnce(observer, () => stop!()) });
        Task? stopped = null;
        stop = () => stopped ??= server.StopAsync();
        server.Start();
        await stopped!.Soon();
        await Eventually.IsAsync(() => observer.Count("stopped") == 1, "the stop was not told");
        Assert.Equal(["listening", "stopping", "unbound", "stopped"], observer.Notices);
    }

    private sealed class DenyAll : ConnectionPolicy
    {
        public override PolicyDecision Evaluate(in ConnectionCandidate candidate) => PolicyDecision.Deny("no client");
    }

    private sealed class Broken : ServerObserver
    {
        public override void OnListening(System.Net.EndPoint endPoint) => throw new InvalidOperationException();

        public override void OnAccepted(Connection connection) => throw new InvalidOperationException();

        public override void OnClosed(Connection connection) => throw new InvalidOperationException();

        public override void OnStopping() => throw new InvalidOperationException();
    }

    private sealed class StopsAtOnce(TestObserver inner, Action stop) : ServerObserver
    {
        public override void OnListening(System.Net.EndPoint endPoint)
        {
            inner.OnListening(endPoint);
            stop();
        }

        public override void OnUnbound(System.Net.EndPoint endPoint) => inner.OnUnbound(endPoint);

        public override void OnStopping() => inner.OnStopping();

        public override void OnStopped(StopResult result) => inner.OnStopped(result);
    }
}

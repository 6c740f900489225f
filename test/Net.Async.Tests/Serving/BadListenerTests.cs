using System.Net;
using System.Net.Sockets;
using Net.Async.Tests.Connections;
using Net.Async.Tests.Contract;

namespace Net.Async.Tests.Serving;

/// <summary>A listener from outside that throws where it must not: callers learn of it, and nothing waits for ever.</summary>
public class BadListenerTests : LeakCheck
{
    private static readonly ServerOptions s_soon = new() { Stop = { Timeout = TimeSpan.FromMilliseconds(100) } };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ServeAsync_TheAcceptFailsWhileAHandlerIgnoresItsToken_ThrowsWithinTheStopTimeout(bool typed)
    {
        Exception failure = typed ? new SocketException((int)SocketError.Fault) : new IOException("the transport is broken");
        var listener = new BadListener { OnAccept = static count => count == 1 ? new HookedStream() : null };
        await using var server = Server.Listen(listener, s_soon);
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var serving = server.ServeAsync(async (connection, _) =>
        {
            entered.TrySetResult();
            await Eventually.FiresAsync("the connection is never ended", connection.Closed);
        });
        await entered.Task.Soon();

        listener.Fail(failure);

        var exception = await Assert.ThrowsAsync<ConnectionException>(() => serving.Soon());
        Assert.Equal(listener.LocalEndPoint, exception.EndPoint);
        Assert.Same(failure, exception.InnerException);
        Assert.Equal(0, server.ConnectionCount);
    }

    [Fact]
    public async Task StopAsync_TheCloseThrows_StillEndsEverythingAndThenThrows()
    {
        var listener = new BadListener { OnAccept = static count => count == 1 ? new HookedStream() : null, OnClose = static () => throw new InvalidDataException("close") };
        var observer = new TestObserver();
        var server = Server.Listen(listener, s_soon with { Observer = observer });
        var serving = server.ServeAsync(static async (connection, _) => await Eventually.FiresAsync("the connection is never ended", connection.Closed));
        await Eventually.IsAsync(() => server.ConnectionCount == 1, "no connection");

        Assert.Equal("close", (await Assert.ThrowsAsync<InvalidDataException>(() => server.StopAsync().Soon())).Message);

        await serving.Soon();
        Assert.Equal(0, server.ConnectionCount);
        Assert.Equal("stopped", observer.Notices[^1]);
        Assert.Equal(new StopResult { Finished = 0, Aborted = 1 }, await server.StopAsync().Soon());
    }

    [Fact]
    public async Task UnbindAsync_TheCloseThrows_EndsTheWaitsAndThenThrows()
    {
        var server = Server.Listen(new BadListener { OnClose = static () => throw new InvalidDataException("close") });
        var accepting = server.AcceptAsync().AsTask();
        await Assert.ThrowsAsync<InvalidDataException>(() => server.UnbindAsync().Soon());
        await Assert.ThrowsAsync<ConnectionException>(() => accepting.Soon());
        await server.DisposeAsync();
    }

    [Fact]
    public async Task UnbindAsync_AClientAlwaysWaits_TakesAtMostTheBacklog()
    {
        var listener = new BadListener { OnAccept = static _ => new HookedStream() };
        var server = Server.Listen(listener, new ServerOptions { Listener = { Backlog = 100 } });
        await server.UnbindAsync().Soon();
        Assert.InRange(listener.Accepts, 1, 100);
        for (var i = 0; i < listener.Accepts; i++)
            (await server.AcceptAsync().Soon()).Abort();
        await server.AcceptAsync().ThrowsAsync(ConnectionError.Closed);
        await server.DisposeAsync();
    }

    [Fact]
    public async Task Start_TheSecondListenerThrows_TheFirstRefusesItsClients()
    {
        var first = IoEngine.Default.Bind(NetEndPoint.Loopback(0), new ServerOptions().ToListenSettings());
        await using var server = new Server([first, new BadListener { OnStart = static () => throw new InvalidDataException("start") }], new ServerOptions());
        Assert.Throws<InvalidDataException>(server.Start);
        Assert.Equal(ConnectionError.Refused, (await Assert.ThrowsAsync<ConnectionException>(() => Connection.ConnectAsync(first.LocalEndPoint))).Error);
        Assert.Throws<InvalidOperationException>(server.Start);
    }

    [LinuxFact]
    public async Task StopAsync_SharedAndAnUpgradeWaits_KeepsItsDeadline()
    {
        var listener = IoEngine.Default.Bind(NetEndPoint.Loopback(0), new ServerOptions().ToListenSettings());
        await using var server = new Server([listener], new ServerOptions { Upgrade = new UpgradeOptions { Steps = [TestUpgrade.OfOneByte()], MaxConcurrent = 1, Timeout = TimeSpan.FromMinutes(1) } });
        server.Start();
        var serving = server.ServeAsync(ServerTests.Echo);
        await using var silent = await Connection.ConnectAsync(listener.LocalEndPoint);
        await using var next = await Connection.ConnectAsync(listener.LocalEndPoint);
        listener.Share();
        await server.StopAsync(TimeSpan.Zero).Soon();
        await serving.Soon();
    }
}

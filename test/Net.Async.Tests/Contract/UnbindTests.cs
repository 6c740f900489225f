using System.Net.Sockets;
using Net.Async.Tests.Connections;
using Net.Async.Tests.Serving;

namespace Net.Async.Tests.Contract;

/// <summary>Stop accepting and stop serving are two verbs.</summary>
public class UnbindTests : LeakCheck
{
    [Theory, Transports]
    public async Task UnbindAsync_ConnectionsAreOpen_TheyContinueAndNewClientsAreRefused(string name)
    {
        var transport = Transport.Get(name);
        await using var server = transport.Listen();
        var serving = server.ServeAsync(ServerTests.Echo);
        await using var client = await transport.ConnectAsync(server);
        await EchoAsync(client);

        await server.UnbindAsync().Soon();

        Assert.False(server.IsListening);
        Assert.False(server.Stopping.IsCancellationRequested);
        await Assert.ThrowsAsync<ConnectionException>(() => transport.ConnectAsync(server).Soon());
        await EchoAsync(client);
        await client.CloseAsync().Soon();
        // Nothing is accepted any more, and the last handler has ended.
        await serving.Soon();
        Assert.Equal(new StopResult { Finished = 0, Aborted = 0 }, await server.StopAsync().Soon());
    }

    [Theory, Transports(Untaken = true)]
    public async Task UnbindAsync_ClientsWaitInTheQueue_AreHandedOver(string name)
    {
        var transport = Transport.Get(name);
        await using var server = transport.Listen();
        var clients = new List<Connection>();
        for (var i = 0; i < 5; i++)
            clients.Add(await transport.ConnectAsync(server));

        await server.UnbindAsync().Soon();

        for (var i = 0; i < 5; i++)
            await (await server.AcceptAsync().Soon()).DisposeAsync();
        await server.AcceptAsync().ThrowsAsync(ConnectionError.Closed);
        foreach (var client in clients)
        {
            Assert.Empty(await client.Input.ReadToEndAsync());
            await client.DisposeAsync();
        }
    }

    [Fact]
    public async Task UnbindAsync_TheEventOfAQueuedClientIsLate_ItIsHandedOver()
    {
        var client = new HookedStream { OnReceive = static _ => TransportResult.Of(0) };
        await using var server = new Server([new LateListener(client)], new ServerOptions());
        server.Start();

        await server.UnbindAsync().Soon();

        await (await server.AcceptAsync().Soon()).DisposeAsync();
    }

    [Fact]
    public async Task UnbindAsync_NoDescriptorForTheQueuedClients_EndsWithoutAPause()
    {
        await using var server = new Server([new ScriptedListener([.. Enumerable.Repeat(SocketError.TooManyOpenSockets, 1000)])], new ServerOptions());
        server.Start();

        await server.UnbindAsync().Soon();

        await server.AcceptAsync().ThrowsAsync(ConnectionError.Closed);
    }

    [Theory, Transports(Untaken = true)]
    public async Task UnbindAsync_AllHandlerSlotsAreTaken_QueuedClientsAreServedLater(string name)
    {
        var transport = Transport.Get(name);
        await using var server = transport.Listen(new ServerOptions { MaxHandlers = 1 });
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var serving = server.ServeAsync(async (connection, token) =>
        {
            await gate.Task;
            await connection.Output.WriteAsync("served"u8.ToArray(), token);
        });
        var clients = new List<Connection>();
        for (var i = 0; i < 3; i++)
            clients.Add(await transport.ConnectAsync(server));

        await server.UnbindAsync().Soon();
        gate.SetResult();

        foreach (var client in clients)
        {
            Assert.Equal("served"u8.ToArray(), await client.Input.ReadToEndAsync());
            await client.DisposeAsync();
        }

        await serving.Soon();
        Assert.Equal(0, server.HandlerFailures);
    }

    [Theory, Transports(Untaken = true)]
    public async Task UnbindAsync_FullAndClientsWait_LetsThemIn(string name)
    {
        var transport = Transport.Get(name);
        await using var server = transport.Listen(new ServerOptions { MaxConnections = 1, Limits = { FullMode = ServerFullMode.Wait } });
        var serving = server.ServeAsync(ServerTests.Echo);
        await using var first = await transport.ConnectAsync(server);
        await EchoAsync(first);
        await using var second = await transport.ConnectAsync(server);

        await server.UnbindAsync().Soon();

        await EchoAsync(second);
        await first.CloseAsync().Soon();
        await second.CloseAsync().Soon();
        await serving.Soon();
        Assert.Equal(0, server.Dropped);
    }

    [Theory, Transports]
    public async Task UnbindAsync_EnumerationRuns_EndsIt(string name)
    {
        var transport = Transport.Get(name);
        await using var server = transport.Listen();
        var loop = Task.Run(async () =>
        {
            await foreach (var connection in server)
                await connection.DisposeAsync();
        });
        await server.UnbindAsync().Soon();
        await loop.Soon();
    }

    [Theory, Transports(Untaken = true)]
    public async Task UnbindAsync_AnUpgradeIsUnderWay_ItEndsFirst(string name)
    {
        var transport = Transport.Get(name);
        await using var server = transport.Listen(new ServerOptions { Upgrade = new UpgradeOptions { Steps = [TestUpgrade.OfOneByte()] } });
        await using var client = await transport.ConnectAsync(server);
        var unbinding = server.UnbindAsync();
        Assert.False(unbinding.IsCompleted);
        await client.Output.WriteAsync("x"u8.ToArray());
        await unbinding.Soon();
        await (await server.AcceptAsync().Soon()).DisposeAsync();
    }

    [Theory, Transports(Untaken = true)]
    public async Task UnbindAsync_TwiceCancelledAndAfterTheStop_EndsEachTime(string name)
    {
        var transport = Transport.Get(name);
        await using var server = transport.Listen(new ServerOptions { Upgrade = new UpgradeOptions { Steps = [TestUpgrade.OfOneByte()] } });
        await using var client = await transport.ConnectAsync(server);
        var first = server.UnbindAsync();
        using var cancel = new CancellationTokenSource();
        var second = server.UnbindAsync(cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second.Soon());
        Assert.False(first.IsCompleted);
        // The stop ends the upgrade that the unbind waits for.
        await server.StopAsync().Soon();
        await first.Soon();
        await server.UnbindAsync().Soon();
    }

    [Fact]
    public async Task UnbindAsync_OnlyBound_LetsGoOfTheAddress()
    {
        await using var server = Server.Bind(NetEndPoint.Loopback(0));
        await server.UnbindAsync().Soon();
        Assert.Throws<InvalidOperationException>(server.Start);
        await using var again = Server.Listen(server.LocalEndPoint);
    }

    [Fact]
    public async Task UnbindAsync_AThousandRequestsInFlight_AllFinish()
    {
        const int Requests = 1000;
        await using var server = Server.Listen(0);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var started = 0;
        var serving = server.ServeAsync(async (connection, token) =>
        {
            Interlocked.Increment(ref started);
            await gate.Task;
            await ServerTests.Echo(connection, token);
        });
        var requests = Enumerable.Range(0, Requests).Select(i => ServerTests.EchoOnceAsync(Transport.Get("tcp4/managed"), server, 64)).ToArray();
        await Eventually.IsAsync(() => Volatile.Read(ref started) == Requests, () => $"{started} handlers have started");

        await server.UnbindAsync().Soon();
        Assert.Equal(ConnectionError.Refused, (await Assert.ThrowsAsync<ConnectionException>(() => Connection.ConnectAsync(server.LocalEndPoint))).Error);
        gate.SetResult();
        await Task.WhenAll(requests).Soon();

        await serving.Soon();
        Assert.Equal(new StopResult { Finished = 0, Aborted = 0 }, await server.StopAsync().Soon());
        Assert.Equal(0, server.HandlerFailures);
    }

    private static async Task EchoAsync(Connection client)
    {
        await client.Output.WriteAsync("echo"u8.ToArray());
        Assert.Equal("echo"u8.ToArray(), await client.Input.ReadExactlyAsync(4));
    }
}

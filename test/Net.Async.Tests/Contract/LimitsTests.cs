using System.Collections.Concurrent;
using System.Net;

namespace Net.Async.Tests.Contract;

/// <summary>What a full server does, over every transport.</summary>
public class LimitsTests : LeakCheck
{
    [Theory, Transports(Untaken = true)]
    public async Task AcceptAsync_Full_DropsTellsAndServesAgain(string transport)
    {
        var drops = new ConcurrentQueue<DroppedConnection>();
        var kind = Transport.Get(transport);
        await using var server = kind.Listen(new ServerOptions { MaxConnections = 1, OnDropped = drops.Enqueue });
        var first = await ConnectPairAsync(kind, server);
        var accepting = server.AcceptAsync();
        await using (var dropped = await kind.ConnectAsync(server))
        {
            await EndsAsync(dropped);
            Assert.Equal((1, 1, 1), (server.Dropped, server.ConnectionCount, server.Connections.Count));
            var drop = Assert.Single(drops);
            Assert.Equal(server.LocalEndPoint, drop.LocalEndPoint);
            if (dropped.LocalEndPoint is IPEndPoint)
                Assert.Equal(dropped.LocalEndPoint, drop.RemoteEndPoint);
        }

        await first.CloseAsync(server);
        await using var again = await kind.ConnectAsync(server);
        await (await accepting.Soon()).DisposeAsync();
        Assert.Equal(1, server.Dropped);
    }

    [Theory, Transports]
    public async Task AcceptAsync_LimitZero_DropsAllUntilItIsRaised(string transport)
    {
        var kind = Transport.Get(transport);
        await using var server = kind.Listen(new ServerOptions { MaxConnections = 0, Limits = { DropWithReset = true } });
        var accepting = server.AcceptAsync();
        for (var i = 1; i <= 3; i++)
        {
            await DropOneAsync(kind, server);
            Assert.Equal(i, server.Dropped);
        }

        server.MaxConnections = null;
        Assert.Null(server.MaxConnections);
        await using var client = await kind.ConnectAsync(server);
        await (await accepting.Soon()).DisposeAsync();
        Assert.Equal((3, 0), (server.Dropped, server.Denied));
    }

    [Theory, Transports(Untaken = true)]
    public async Task AcceptAsync_FullAndWait_ServesTheNextWhenOneEnds(string transport)
    {
        var kind = Transport.Get(transport);
        await using var server = kind.Listen(new ServerOptions { MaxConnections = 1, Limits = { FullMode = ServerFullMode.Wait } });
        var first = await ConnectPairAsync(kind, server);
        var accepting = server.AcceptAsync().AsTask();
        await using var waits = await kind.ConnectAsync(server);
        Assert.False(accepting.IsCompleted);
        await first.CloseAsync(server);
        await (await accepting.Soon()).DisposeAsync();
        Assert.Equal(0, server.Dropped);
    }

    [Theory, Transports(Untaken = true)]
    public async Task MaxConnections_RaisedOrClearedWhileClientsWait_LetsThemIn(string transport)
    {
        var kind = Transport.Get(transport);
        await using var server = kind.Listen(new ServerOptions { MaxConnections = 0, Limits = { FullMode = ServerFullMode.Wait } });
        foreach (var limit in new int?[] { 1, null })
        {
            var accepting = server.AcceptAsync().AsTask();
            await using var client = await kind.ConnectAsync(server);
            Assert.False(accepting.IsCompleted);
            server.MaxConnections = limit;
            await (await accepting.Soon()).DisposeAsync();
            await Eventually.IsAsync(() => server.ConnectionCount == 0, "the connection is still counted");
            server.MaxConnections = 0;
        }
    }

    [Theory, Transports(Untaken = true)]
    public async Task MaxConnections_LoweredWhileAnAcceptWaits_TheOneThatComesWaitsForItsPlace(string transport)
    {
        var kind = Transport.Get(transport);
        await using var server = kind.Listen(new ServerOptions { Limits = { FullMode = ServerFullMode.Wait } });
        var accepting = server.AcceptAsync().AsTask();
        server.MaxConnections = 0;
        await using var client = await kind.ConnectAsync(server);
        await client.Output.WriteAsync("x"u8.ToArray());
        Assert.False(accepting.IsCompleted);
        server.MaxConnections = 1;
        await using var accepted = await accepting.Soon();
        Assert.Equal("x"u8.ToArray(), await accepted.Input.ReadExactlyAsync(1));
        accepted.Input.Complete();
    }

    [Theory, Transports(Untaken = true)]
    public async Task WhenFull_ChangedToDropWhileClientsWait_DropsThem(string transport)
    {
        var kind = Transport.Get(transport);
        await using var server = kind.Listen(new ServerOptions { MaxConnections = 0, Limits = { FullMode = ServerFullMode.Wait } });
        var accepting = server.AcceptAsync().AsTask();
        await using var client = await kind.ConnectAsync(server);
        Assert.Equal(0, server.Dropped);
        server.FullMode = ServerFullMode.Drop;
        await EndsAsync(client);
        Assert.Equal((1, ServerFullMode.Drop), (server.Dropped, server.FullMode));
        await server.StopAsync().Soon();
        await Assert.ThrowsAsync<ConnectionException>(() => accepting.Soon());
    }

    [Theory, Transports(Untaken = true)]
    public async Task StopAsync_WhileFullAndWaiting_EndsTheWait(string transport)
    {
        var kind = Transport.Get(transport);
        await using var server = kind.Listen(new ServerOptions { MaxConnections = 1, Limits = { FullMode = ServerFullMode.Wait } });
        var serving = server.ServeAsync(static (connection, token) => ServerTests.Echo(connection, token));
        await using var first = await kind.ConnectAsync(server);
        await Eventually.IsAsync(() => server.ConnectionCount == 1, "no connection");
        await using var waits = await kind.ConnectAsync(server);
        Assert.Equal(new StopResult { Finished = 0, Aborted = 1 }, await server.StopAsync(TimeSpan.Zero).Soon());
        await serving.Soon();
        await EndsAsync(waits);
    }

    [Theory, Transports(Untaken = true)]
    public async Task OnDropped_Throws_TheServerGoesOn(string transport)
    {
        var kind = Transport.Get(transport);
        await using var server = kind.Listen(new ServerOptions { MaxConnections = 0, OnDropped = static _ => throw new InvalidOperationException("callback") });
        var accepting = server.AcceptAsync();
        await DropOneAsync(kind, server);
        await DropOneAsync(kind, server);
        server.MaxConnections = 1;
        await using var client = await kind.ConnectAsync(server);
        await (await accepting.Soon()).DisposeAsync();
        Assert.Equal(2, server.Dropped);
    }

    [Theory, Transports(Untaken = true)]
    public async Task AcceptAsync_FullAndDenied_IsADenialAndNoDrop(string transport)
    {
        var kind = Transport.Get(transport);
        await using var server = kind.Listen(new ServerOptions { MaxConnections = 0, Policy = new DenyAll() });
        var accepting = server.AcceptAsync().AsTask();
        await DropOneAsync(kind, server);
        Assert.Equal((1, 0), (server.Denied, server.Dropped));
        await server.StopAsync().Soon();
        await Assert.ThrowsAsync<ConnectionException>(() => accepting.Soon());
    }

    [Theory, Transports]
    public async Task ServeAsync_LimitOfTwoAndManyClients_NeverMoreThanTwoLive(string transport)
    {
        var kind = Transport.Get(transport);
        await using var server = kind.Listen(new ServerOptions { MaxConnections = 2, Limits = { FullMode = ServerFullMode.Wait } });
        var (most, started) = (0, 0);
        var two = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var serving = server.ServeAsync(async (connection, token) =>
        {
            // The first waits for the second: quick ones could come one after the other.
            if (Interlocked.Increment(ref started) == 2)
                two.SetResult();
            await two.Task;
            for (int seen, now = server.ConnectionCount; (seen = Volatile.Read(ref most)) < now;)
                Interlocked.CompareExchange(ref most, now, seen);
            await ServerTests.Echo(connection, token);
        });
        await Task.WhenAll(Enumerable.Range(0, 30).Select(i => ServerTests.EchoOnceAsync(kind, server, 100 + i))).Soon();
        Assert.Equal((2, 0), (most, server.Dropped));
        await server.StopAsync().Soon();
        await serving.Soon();
    }

    private static async Task DropOneAsync(Transport kind, Server server)
    {
        try
        {
            await using var client = await kind.ConnectAsync(server);
            await EndsAsync(client);
        }
        catch (ConnectionException exception) when (exception.Error is ConnectionError.Reset or ConnectionError.Refused)
        {
            // A reset that is quicker than the connect ends the connect itself.
        }
    }

    private static async Task EndsAsync(Connection client)
    {
        try
        {
            Assert.True((await client.Input.ReadAsync().Soon()).IsCompleted);
        }
        catch (ConnectionException exception)
        {
            Assert.Equal(ConnectionError.Reset, exception.Error);
        }
    }

    private static async Task<Both> ConnectPairAsync(Transport kind, Server server)
    {
        var accepting = server.AcceptAsync();
        var client = await kind.ConnectAsync(server);
        return new Both(client, await accepting.Soon());
    }

    private sealed record Both(Connection Client, Connection Accepted)
    {
        public async Task CloseAsync(Server server)
        {
            await Client.DisposeAsync();
            await Accepted.DisposeAsync();
            // Its place may be another's by now.
            await Eventually.IsAsync(() => !server.Connections.Contains(Accepted), "the connection is still counted");
        }
    }

    private sealed class DenyAll : ConnectionPolicy
    {
        public override PolicyDecision Evaluate(in ConnectionCandidate candidate) => PolicyDecision.Deny("no client");
    }
}

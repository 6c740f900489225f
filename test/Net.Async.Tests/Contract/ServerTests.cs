using System.Collections.Concurrent;

namespace Net.Async.Tests.Contract;

/// <summary>Accepting, serving, stopping over every transport.</summary>
public class ServerTests : LeakCheck
{
    [Theory, Transports(Untaken = true)]
    public async Task Enumeration_BreakAndGoOn_LeavesTheServerListening(string transport)
    {
        var kind = Transport.Get(transport);
        await using var server = kind.Listen();
        for (var i = 0; i < 3; i++)
        {
            await using var client = await kind.ConnectAsync(server);
            await foreach (var connection in server)
            {
                await connection.DisposeAsync();
                break;
            }

            Assert.True(server.IsListening);
        }
    }

    [Theory, Transports]
    public async Task Enumeration_ServerStops_Ends(string transport)
    {
        await using var server = Transport.Get(transport).Listen();
        var count = 0;
        var loop = Task.Run(async () =>
        {
            await foreach (var connection in server)
                count++;
        });
        await server.StopAsync().Soon();
        await loop.Soon();
        Assert.Equal(0, count);
        Assert.False(server.IsListening);
        await server.AcceptAsync().ThrowsAsync(ConnectionError.Closed);
    }

    [Theory, Transports]
    public async Task AcceptAsync_SeveralWait_AreServedInOrder(string transport)
    {
        var kind = Transport.Get(transport);
        await using var server = kind.Listen();
        var waiters = Enumerable.Range(0, 5).Select(_ => server.AcceptAsync().AsTask()).ToArray();
        for (var i = 0; i < waiters.Length; i++)
        {
            await using var client = await kind.ConnectAsync(server);
            await using var accepted = await waiters[i].Soon();
            Assert.All(waiters[(i + 1)..], waiter => Assert.False(waiter.IsCompleted));
        }
    }

    [Theory, Transports(Untaken = true)]
    public async Task AcceptAsync_Cancelled_LeavesTheConnectionToTheNext(string transport)
    {
        var kind = Transport.Get(transport);
        await using var server = kind.Listen();
        for (var i = 0; i < 20; i++)
        {
            using var cancel = new CancellationTokenSource();
            var abandoned = server.AcceptAsync(cancel.Token).AsTask();
            await cancel.CancelAsync();
            var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => abandoned.Soon());
            Assert.Equal(cancel.Token, exception.CancellationToken);
            await using var client = await kind.ConnectAsync(server);
            await using var accepted = await server.AcceptAsync().Soon();
            await client.Output.WriteAsync(new[] { (byte)i });
            Assert.Equal([(byte)i], await accepted.Input.ReadExactlyAsync(1));
            accepted.Input.Complete();
        }
    }

    [Theory, Transports]
    public async Task ServeAsync_ManyClients_EchoesToEach(string transport)
    {
        var kind = Transport.Get(transport);
        await using var server = kind.Listen();
        var serving = server.ServeAsync(Echo);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => EchoOnceAsync(kind, server, 5000 + i))).Soon();
        var result = await server.StopAsync().Soon();
        await serving.Soon();
        Assert.Equal(0, server.ConnectionCount);
        Assert.Equal(0, server.HandlerFailures);
        Assert.Equal(0, result.Aborted);
    }

    [Theory, Transports]
    public async Task ServeAsync_HandlerThrows_AbortsOnlyItsConnection(string transport)
    {
        var errors = new ConcurrentQueue<Exception>();
        var kind = Transport.Get(transport);
        await using var server = kind.Listen(new ServerOptions { OnError = (_, exception) => errors.Enqueue(exception) });
        var failure = new InvalidDataException("handler");
        var serving = server.ServeAsync(async (connection, token) =>
        {
            var result = await connection.Input.ReadAsync(token);
            var bad = result.Buffer.FirstSpan[0] == 'b';
            connection.Input.AdvanceTo(result.Buffer.Start);
            if (bad)
                throw failure;
            await Echo(connection, token);
        });
        await using (var bad = await kind.ConnectAsync(server))
        {
            await bad.Output.WriteAsync("b"u8.ToArray());
            if (bad.Capabilities.HasFlag(ConnectionCapabilities.Reset))
                await bad.Input.ReadAsync().ThrowsAsync(ConnectionError.Reset);
        }

        await EchoOnceAsync(kind, server, 100);
        await Eventually.IsAsync(() => !errors.IsEmpty, "OnError was not told");
        Assert.Same(failure, Assert.Single(errors));
        Assert.Equal(1, server.HandlerFailures);
        await server.StopAsync().Soon();
        await serving.Soon();
    }

    [Theory, Transports(Untaken = true)]
    public async Task ServeAsync_BoundReached_ClientsWaitInTheirQueue(string transport)
    {
        var kind = Transport.Get(transport);
        await using var server = kind.Listen(new ServerOptions { MaxHandlers = 2 });
        var (running, most) = (0, 0);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var serving = server.ServeAsync(async (connection, token) =>
        {
            InterlockedMax(ref most, Interlocked.Increment(ref running));
            await gate.Task;
            Interlocked.Decrement(ref running);
        });
        var clients = new List<Connection>();
        for (var i = 0; i < 6; i++)
            clients.Add(await kind.ConnectAsync(server));
        await Eventually.IsAsync(() => Volatile.Read(ref running) == 2, "two handlers did not start");
        gate.SetResult();
        foreach (var client in clients)
        {
            Assert.Empty(await client.Input.ReadToEndAsync());
            await client.DisposeAsync();
        }

        Assert.Equal(2, most);
        await server.StopAsync().Soon();
        await serving.Soon();
    }

    [Theory, Transports]
    public async Task StopAsync_HandlersFinish_CountsThem(string transport)
    {
        var kind = Transport.Get(transport);
        await using var server = kind.Listen();
        var serving = server.ServeAsync(async (connection, token) =>
        {
            await WhenAsync(token);
            Assert.True(connection.Stopping.IsCancellationRequested);
            await connection.Output.WriteAsync("bye"u8.ToArray(), CancellationToken.None);
        });
        await using var client = await kind.ConnectAsync(server);
        await Eventually.IsAsync(() => server.ConnectionCount == 1, "no connection");
        Assert.Single(server.Connections);
        var stopping = server.StopAsync();
        Assert.Equal("bye"u8.ToArray(), await client.Input.ReadToEndAsync());
        await client.CloseAsync().Soon();
        Assert.Equal(new StopResult { Finished = 1, Aborted = 0 }, await stopping.Soon());
        await serving.Soon();
    }

    [Theory, Transports]
    public async Task StopAsync_DeadlinePasses_AbortsTheRestAndCountsThem(string transport)
    {
        var kind = Transport.Get(transport);
        await using var server = kind.Listen();
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // It ignores the token.
        var serving = server.ServeAsync(async (connection, _) =>
        {
            await WhenAsync(connection.Closed);
            ended.SetResult();
        });
        await using var client = await kind.ConnectAsync(server);
        await Eventually.IsAsync(() => server.ConnectionCount == 1, "no connection");
        Assert.Equal(new StopResult { Finished = 0, Aborted = 1 }, await server.StopAsync(TimeSpan.FromMilliseconds(20)).Soon());
        await ended.Task.Soon();
        await serving.Soon();
        Assert.Equal(0, server.HandlerFailures);
        Assert.Equal(0, server.ConnectionCount);
    }

    [Theory, Transports]
    public async Task ServeAsync_TokenCancelled_StopsThenThrows(string transport)
    {
        var kind = Transport.Get(transport);
        await using var server = kind.Listen();
        using var cancel = new CancellationTokenSource();
        var serving = server.ServeAsync(Echo, cancel.Token);
        await EchoOnceAsync(kind, server, 10);
        await cancel.CancelAsync();
        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => serving.Soon());
        Assert.Equal(cancel.Token, exception.CancellationToken);
        Assert.False(server.IsListening);
    }

    [Theory, Transports]
    public async Task ServeAsync_WhileServing_OthersThrow(string transport)
    {
        await using var server = Transport.Get(transport).Listen();
        var serving = server.ServeAsync(Echo);
        await Assert.ThrowsAsync<InvalidOperationException>(() => server.ServeAsync(Echo));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await server.AcceptAsync());
        await Assert.ThrowsAsync<ArgumentNullException>(() => server.ServeAsync(null!));
        await server.StopAsync().Soon();
        await serving.Soon();
    }

    [Theory, Transports]
    public async Task Listen_AddressTaken_ThrowsWithTheAddress(string transport)
    {
        var kind = Transport.Get(transport);
        await using var server = kind.Listen();
        var exception = Assert.Throws<ConnectionException>(() => kind.Listen(server.LocalEndPoint));
        Assert.Equal(ConnectionError.AddressInUse, exception.Error);
        Assert.Contains(NetEndPoint.Format(server.LocalEndPoint), exception.Message, StringComparison.Ordinal);
    }

    [Theory, Transports(Untaken = true)]
    public async Task Connect_ServerStopped_IsRefusedAndTheAddressIsFree(string transport)
    {
        var kind = Transport.Get(transport);
        var server = kind.Listen();
        await server.DisposeAsync();
        var exception = await Assert.ThrowsAsync<ConnectionException>(() => kind.ConnectAsync(server).Soon());
        Assert.Contains(exception.Error, new[] { ConnectionError.Refused, ConnectionError.PathNotFound });
        await using (kind.Listen(server.LocalEndPoint))
            Assert.Equal(ConnectionState.Open, (await OpenAndCloseAsync(kind, server)).State);
    }

    private static async Task<(ConnectionState State, bool _)> OpenAndCloseAsync(Transport kind, Server server)
    {
        await using var client = await kind.ConnectAsync(server);
        return (client.State, true);
    }

    internal static Task Echo(Connection connection, CancellationToken token) => connection.Input.CopyToAsync(connection.Output, token);

    internal static async Task EchoOnceAsync(Transport kind, Server server, int count)
    {
        await using var client = await kind.ConnectAsync(server);
        var bytes = Bytes.Random(count, count);
        await client.Output.WriteAsync(bytes).Soon();
        Assert.Equal(bytes, await client.Input.ReadExactlyAsync(count));
        await client.CloseAsync().Soon();
    }

    private static async Task WhenAsync(CancellationToken token)
    {
        var fired = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = token.UnsafeRegister(_ => fired.TrySetResult(), null);
        await fired.Task;
    }

    private static void InterlockedMax(ref int location, int value)
    {
        int seen;
        while ((seen = Volatile.Read(ref location)) < value)
            Interlocked.CompareExchange(ref location, value, seen);
    }
}

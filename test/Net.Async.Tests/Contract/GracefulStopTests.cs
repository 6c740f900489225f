namespace Net.Async.Tests.Contract;

/// <summary>A graceful stop is graceful whichever token a handler passes: the idle client reads a clean end, and no handler has failed.</summary>
public class GracefulStopTests : LeakCheck
{
    private static readonly TimeSpan s_longerThanTheTest = TimeSpan.FromMinutes(2);

    [Theory, Transports]
    public async Task StopAsync_HandlerPassesItsToken_ClosesInOrder(string name) =>
        await StopsInOrderAsync(name, static (_, token) => token);

    [Theory, Transports]
    public async Task StopAsync_HandlerPassesStopping_ClosesInOrder(string name) =>
        await StopsInOrderAsync(name, static (connection, _) => connection.Stopping);

    [Theory, Transports]
    public async Task StopAsync_HandlerLinksBoth_ClosesInOrder(string name) =>
        await StopsInOrderAsync(name, static (connection, token) => CancellationTokenSource.CreateLinkedTokenSource(connection.Stopping, token).Token);

    [Theory, Transports]
    public async Task StopAsync_ClientHasHalfClosed_AnswersAndCloses(string name)
    {
        var transport = Transport.Get(name);
        await using var server = transport.Listen();
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var serving = server.ServeAsync(async (connection, token) =>
        {
            entered.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await connection.Output.WriteAsync("goodbye"u8.ToArray(), CancellationToken.None);
        });
        await using var client = await transport.ConnectAsync(server);
        if (client.Capabilities.HasFlag(ConnectionCapabilities.HalfClose))
            await client.Output.CompleteAsync();
        await entered.Task.Soon();

        var result = await server.StopAsync(s_longerThanTheTest).Soon();
        await serving.Soon();

        Assert.Equal(new StopResult { Finished = 1, Aborted = 0 }, result);
        Assert.Equal("goodbye"u8.ToArray(), await ReadToEndAsync(client));
    }

    [Theory, Transports]
    public async Task StopAsync_HandlerIgnoresTheToken_IsAbortedAtTheDeadlineAndHasNotFailed(string name)
    {
        var transport = Transport.Get(name);
        var told = 0;
        await using var server = transport.Listen(new ServerOptions { OnError = (_, _) => Interlocked.Increment(ref told) });
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var serving = server.ServeAsync(async (connection, _) =>
        {
            entered.TrySetResult();
            await connection.Input.ReadAsync(CancellationToken.None);
        });
        await using var client = await transport.ConnectAsync(server);
        await entered.Task.Soon();

        var result = await server.StopAsync(TimeSpan.FromMilliseconds(50)).Soon();
        await serving.Soon();

        Assert.Equal(new StopResult { Finished = 0, Aborted = 1 }, result);
        Assert.Equal(0, server.HandlerFailures);
        Assert.Equal(0, told);
    }

    [Theory, Transports]
    public async Task StopAsync_HandlerThrowsSomethingElse_HasFailed(string name)
    {
        var transport = Transport.Get(name);
        await using var server = transport.Listen();
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var serving = server.ServeAsync(async (_, token) =>
        {
            entered.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw new InvalidDataException("half an answer");
        });
        await using var client = await transport.ConnectAsync(server);
        await entered.Task.Soon();

        await server.StopAsync(s_longerThanTheTest).Soon();
        await serving.Soon();

        Assert.Equal(1, server.HandlerFailures);
    }

    private static async Task StopsInOrderAsync(string name, Func<Connection, CancellationToken, CancellationToken> choose)
    {
        var transport = Transport.Get(name);
        await using var server = transport.Listen();
        var waits = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var serving = server.ServeAsync(async (connection, token) =>
        {
            await connection.Output.WriteAsync("welcome"u8.ToArray(), token);
            waits.TrySetResult();
            await connection.Input.ReadAsync(choose(connection, token));
        });
        await using var client = await transport.ConnectAsync(server);
        await waits.Task.Soon();

        // An infinite patience: what ends is ended by the token.
        var result = await server.StopAsync(s_longerThanTheTest).Soon();
        await serving.Soon();

        Assert.Equal(new StopResult { Finished = 1, Aborted = 0 }, result);
        Assert.Equal(0, server.HandlerFailures);
        Assert.Equal("welcome"u8.ToArray(), await ReadToEndAsync(client));
    }

    private static async Task<byte[]> ReadToEndAsync(Connection connection)
    {
        var content = new MemoryStream();
        await connection.Input.CopyToAsync(content).Soon();
        return content.ToArray();
    }
}

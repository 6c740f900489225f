using Net.Async.Testing;

namespace Net.Async.Tests.Contract.Limits;

/// <summary>A total for the unsent bytes of several connections: a write beyond it aborts its connection, and every byte is given back whatever ends it.</summary>
public class OutputBudgetTests : LeakCheck
{
    private const int Large = 32 << 20;

    private static readonly string[] s_ends = ["abort", "dispose", "complete", "fail", "peer aborts", "cancel a write", "cancel a send", "cancel a flush"];

    private readonly OutputBudget _ample = new(1L << 30);

    [Theory, Transports]
    public async Task Write_Waits_TakesAndGivesBack(string transport)
    {
        await using var pair = await PairAsync(transport, _ample);
        var write = pair.Accepted.Output.WriteAsync(new byte[Large]).AsTask();
        Assert.Equal(pair.Accepted.UnflushedBytes, _ample.Used);
        Assert.True(_ample.Used > 0);
        var piece = new byte[1 << 18];
        for (var left = Large; left > 0;)
            left -= await pair.Client.ReceiveAsync(piece).Soon();
        await write.Soon();
        Assert.Equal(0, _ample.Used);
    }

    [Theory, Transports]
    public async Task Write_PassesTheTotal_AbortsAndThrows(string transport)
    {
        var budget = new OutputBudget(1 << 20);
        await using var pair = await PairAsync(transport, budget);
        foreach (var write in (Func<Task>[])[() => pair.Accepted.Output.WriteAsync(new byte[Large]).AsTask(), () => pair.Accepted.SendAsync(new byte[1]).AsTask()])
        {
            var thrown = await write().ThrowsAsync(ConnectionError.ResourceShortage);
            Assert.Contains("the unsent bytes of all connections together would pass 1048576", thrown.Message, StringComparison.Ordinal);
        }

        Assert.Equal(ConnectionLimitKind.TotalUnflushed, Assert.IsType<LimitReachedException>(pair.Accepted.CloseReason!.Exception).Limit);
        await GivenBackAsync(budget);
    }

    [Fact]
    public async Task Advance_PassesTheTotalOfTwoConnections_AbortsTheOneThatWrites()
    {
        var budget = new OutputBudget(100);
        await using var first = await PairAsync("tcp4", budget);
        await using var second = await PairAsync("tcp4", budget);
        Write(first.Accepted, 60);
        Write(second.Accepted, 40);
        Assert.Equal(100, budget.Used);
        Assert.Equal(ConnectionError.ResourceShortage, Assert.Throws<ConnectionException>(() => Write(second.Accepted, 1)).Error);
        Assert.Equal(60, budget.Used);
        Assert.Null(first.Accepted.CloseReason);
        await first.Accepted.Output.FlushAsync();
        Assert.Equal(0, budget.Used);
    }

    [Theory, Transports]
    public async Task Post_PassesTheTotal_AbortsAndGivesBack(string transport)
    {
        var budget = new OutputBudget(1 << 19);
        await using var pair = await PairAsync(transport, budget);
        var message = new byte[64 * 1024];
        for (var i = 0; pair.Accepted.Outbox.TryPostShared(message); i++)
            Assert.True(i < 100_000, "the total was never reached");
        Assert.Equal(ConnectionLimitKind.TotalUnflushed, Assert.IsType<LimitReachedException>(pair.Accepted.CloseReason!.Exception).Limit);
        await GivenBackAsync(budget);
    }

    public static TheoryData<string> Ends => [.. s_ends];

    [Theory, MemberData(nameof(Ends))]
    public async Task EveryEnd_OfAWaitingWrite_GivesBack(string end)
    {
        foreach (var transport in Transport.Names)
        {
            await using var pair = await PairAsync(transport, _ample);
            using var cancel = new CancellationTokenSource();
            var connection = pair.Accepted;
            var write = end == "cancel a send" ? connection.SendAsync(new byte[Large], cancel.Token).AsTask() : connection.Output.WriteAsync(new byte[Large], cancel.Token).AsTask();
            await EndAsync(end, pair, cancel);
            await Task.WhenAny(write).Soon();
            connection.Abort();
            await GivenBackAsync(_ample);
        }
    }

    [Fact]
    public async Task ManyConnections_RandomEnds_GiveBackAll()
    {
        var random = new Random(50);
        var budget = new OutputBudget(3 << 20);
        await Task.WhenAll(Enumerable.Range(0, 300).Select(_ => RunAsync(budget, random.Next()))).Soon();
        await GivenBackAsync(budget);
    }

    private static async Task RunAsync(OutputBudget budget, int seed)
    {
        var random = new Random(seed);
        var (clientStream, serverStream) = MemoryNetwork.CreateTransports(bufferSize: 1000);
        var options = new ConnectionOptions { OutputBudget = budget, Close = { Timeout = TimeSpan.FromMilliseconds(50), DrainTimeout = TimeSpan.FromMilliseconds(50) } };
        var (client, server) = (Connection.FromTransport(clientStream), Connection.FromTransport(serverStream, options));
        using var cancel = new CancellationTokenSource();
        try
        {
            for (var i = 0; i < 10; i++)
            {
                await Task.Yield();
                var write = server.Output.WriteAsync(new byte[random.Next(1, 40_000)], cancel.Token).AsTask();
                if (random.Next(3) == 0)
                    await EndAsync(s_ends[random.Next(s_ends.Length)], new Pair(null!, client, server), cancel);
                else
                    _ = await client.ReceiveAsync(new byte[random.Next(1, 40_000)]);
                server.Output.CancelPendingFlush();
                await write;
            }
        }
        catch (Exception exception) when (exception is ConnectionException or OperationCanceledException or InvalidOperationException)
        {
            // Each is one of the ends.
        }

        server.Output.Complete();
        client.Abort();
        await server.DisposeAsync();
        await client.DisposeAsync();
    }

    private static async Task EndAsync(string end, Pair pair, CancellationTokenSource cancel)
    {
        switch (end)
        {
            case "abort": pair.Accepted.Abort(); break;
            case "dispose": await pair.Accepted.DisposeAsync(); break;
            case "complete": pair.Accepted.Output.Complete(); break;
            case "fail": pair.Accepted.Output.Complete(new FormatException("enough")); break;
            case "peer aborts": pair.Client.Abort(); break;
            case "cancel a flush": pair.Accepted.Output.CancelPendingFlush(); break;
            default: await cancel.CancelAsync(); break;
        }
    }

    private static void Write(Connection connection, int count)
    {
        _ = connection.Output.GetMemory(count);
        connection.Output.Advance(count);
    }

    private static Task GivenBackAsync(OutputBudget budget) => Eventually.IsAsync(() => budget.Used == 0, () => $"{budget.Used} bytes were not given back");

    // A close that waits for the peer is soon an abort.
    private static async Task<Pair> PairAsync(string transport, OutputBudget budget)
    {
        var kind = Transport.Get(transport);
        var options = new ConnectionOptions { OutputBudget = budget, Close = { Timeout = TimeSpan.FromMilliseconds(50), DrainTimeout = TimeSpan.FromMilliseconds(50) } };
        var server = kind.Listen(new ServerOptions { Connection = options });
        var accepting = server.AcceptAsync();
        return new Pair(server, await kind.ConnectAsync(server), await accepting);
    }
}

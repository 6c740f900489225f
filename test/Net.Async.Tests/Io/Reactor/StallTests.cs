namespace Net.Async.Tests.Io.Reactor;

/// <summary>Handlers that stall on the loop: they lose it, and no other connection waits for them.</summary>
public sealed class StallTests : LeakCheck
{
    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        // At rest: a thread a loop, and one spare.
        await Eventually.IsAsync(() => SpareThreads.Count <= ReactorLoops.Count + 1, () => $"{SpareThreads.Count} threads for {ReactorLoops.Count} loops");
    }

    [ReactorFact]
    public async Task Handlers_ThatSleep_DoNotHoldUpTheOthers()
    {
        using var enough = new ManualResetEventSlim();
        await using var house = new EngineTestServer(new ReactorEngine(), connection => IsSleeper(connection) ? SleepAsync(connection, enough) : EngineTestServer.EchoAsync(connection));
        var before = LoopMonitor.Current.Takeovers;
        using var sleepers = new Crowd(house, 16);

        await sleepers.ShoutAsync();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => house.PingAsync(200))).Soon();

        Assert.True(LoopMonitor.Current.Takeovers > before, "no handler has stalled on a loop");
        enough.Set();

        static bool IsSleeper(Connection connection) => Crowd.Has(connection);
    }

    [ReactorFact]
    public async Task Handlers_ThatSpinMoreThanThereAreSpares_AreBoundedAndServedAround()
    {
        var stop = new StrongBox();
        // Beyond the spares it is the thread pool's turn, and a cold one grows by a thread or two a second.
        ThreadPool.SetMinThreads(SpareThreads.MinStalledThreads * 2, 2);
        await using var house = new EngineTestServer(new ReactorEngine(), connection => Crowd.Has(connection) ? SpinAsync(connection, stop) : EngineTestServer.EchoAsync(connection));
        using var spinners = new Crowd(house, SpareThreads.MinStalledThreads + 8);

        try
        {
            await spinners.ShoutAsync();
            await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => house.PingAsync(10))).Soon();
            Assert.InRange(SpareThreads.Count, 1, SpareThreads.MostThreads);
        }
        finally
        {
            // Whatever failed here, no later test runs beside forty threads that spin.
            stop.Value = true;
        }
    }

    [ReactorFact]
    public async Task Handlers_HundredsThatBlockNowAndThen_AllAnswer()
    {
        await using var house = new EngineTestServer(new ReactorEngine(), async connection =>
        {
            while (true)
            {
                var result = await connection.Input.ReadAsync().ConfigureAwait(false);
                Thread.Sleep(5);
                foreach (var piece in result.Buffer)
                    await connection.Output.WriteAsync(piece).ConfigureAwait(false);
                connection.Input.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                    return;
            }
        });

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.WhenAll(Enumerable.Range(0, 10).Select(_ => house.PingAsync(3))))).Soon();
    }

    [ReactorFact]
    public async Task Abort_WhileTheHandlerStandsStill_EndsTheConnectionAtOnce()
    {
        using var enough = new ManualResetEventSlim();
        var accepted = new TaskCompletionSource<Connection>();
        await using var house = new EngineTestServer(new ReactorEngine(), connection =>
        {
            accepted.SetResult(connection);
            enough.Wait();
            return Task.CompletedTask;
        });
        using var client = house.Dial();
        var connection = await accepted.Task.Soon();

        connection.Abort();

        client.ReceiveTimeout = (int)Eventually.Limit.TotalMilliseconds;
        Assert.Throws<System.Net.Sockets.SocketException>(() => client.Receive(new byte[1]));
        enough.Set();
    }

    [ReactorFact]
    public Task Work_ThatThrowsOnTheLoop_EndsNobodyElse() => ThrowAsync(ConnectionScheduling.Inline);

    [ReactorFact]
    public Task Work_ThatThrowsOnTheThreadPool_EndsNobodyElse() => ThrowAsync(ConnectionScheduling.ThreadPool);

    private static async Task ThrowAsync(ConnectionScheduling scheduling)
    {
        await using var house = new EngineTestServer(new ReactorEngine(), connection =>
        {
            for (var i = 0; i < 5; i++)
                connection.Run(new Work(static () => throw new InvalidDataException("a continuation of the user's")));
            return EngineTestServer.EchoAsync(connection);
        }, new ConnectionOptions { Scheduling = scheduling });

        await house.PingAsync(20).Soon();
        await house.PingAsync(20).Soon();
    }

    private static async Task SleepAsync(Connection connection, ManualResetEventSlim enough)
    {
        while (!(await connection.Input.ReadAsync().ConfigureAwait(false)).IsCompleted)
        {
            enough.Wait();
            connection.Input.AdvanceTo(default);
            return;
        }
    }

    private static async Task SpinAsync(Connection connection, StrongBox stop)
    {
        await connection.Input.ReadAsync().ConfigureAwait(false);
        while (!stop.Value)
            Thread.SpinWait(20);
    }

    private sealed class StrongBox
    {
        public volatile bool Value;
    }
}

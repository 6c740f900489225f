using System.Net.Sockets;

namespace Net.Async.Tests.Io.Reactor;

/// <summary>Connections that always have something to read: the others get their turns.</summary>
public sealed class TurnTests : LeakCheck
{
    [ReactorFact]
    public async Task Handler_ThatNeverWaits_LetsTheOthersHaveTheirTurn()
    {
        await using var house = new EngineTestServer(new ReactorEngine(), connection => Crowd.Has(connection) ? SwallowAsync(connection) : EngineTestServer.EchoAsync(connection));
        using var flooders = new Crowd(house, 2);
        using var stop = new CancellationTokenSource();
        var flood = flooders.FloodAsync(stop.Token);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => house.PingAsync(300))).Soon();

        await stop.CancelAsync();
        await flood.Soon();
    }

    [ReactorFact]
    public async Task ReceiveAsync_AlwaysSomethingThere_WaitsForItsTurnAfterSixteen()
    {
        const int Receives = 20_000;
        var longest = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var house = new EngineTestServer(new ReactorEngine(), async connection =>
        {
            var (most, inARow, buffer) = (0, 0, new byte[64]);
            for (var i = 0; i < Receives; i++)
            {
                var receiving = connection.ReceiveAsync(buffer);
                // A stall takes the handler to the thread pool, where the system deals out the turns.
                inARow = receiving.IsCompleted && Thread.CurrentThread.Name == LoopThread.Name ? inARow + 1 : 0;
                most = Math.Max(most, inARow);
                Assert.NotEqual(0, await receiving.ConfigureAwait(false));
            }

            longest.SetResult(most);
        });
        using var client = house.Dial();
        client.Send(new byte[Receives * 64]);
        Assert.InRange(await longest.Task.Soon(), 2, 16);
    }

    // The kernel ends a receive at urgent data, with more behind it: the short-receive rule does not hold there.
    [ReactorFact]
    public async Task Receive_StopsAtUrgentData_TheRestComesToo()
    {
        var total = 0;
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var house = new EngineTestServer(new ReactorEngine(), async connection =>
        {
            while (true)
            {
                var result = await connection.Input.ReadAsync().ConfigureAwait(false);
                // An urgent byte comes with the others only when the next one has taken its place (tcp(7)).
                if ((total += (int)result.Buffer.Length) >= 500)
                    all.TrySetResult();
                connection.Input.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                    return;
            }
        });
        using var client = house.Dial();
        for (var i = 0; i < 50; i++)
        {
            client.Send(new byte[5]);
            client.Send(new byte[1], SocketFlags.OutOfBand);
            client.Send(new byte[5]);
        }

        await all.Task.Soon();
        Assert.InRange(total, 500, 550);
    }

    [ReactorFact]
    public async Task Scheduling_ThreadPool_RunsThere()
    {
        var onPool = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var house = new EngineTestServer(new ReactorEngine(), async connection =>
        {
            await connection.Input.ReadAsync().ConfigureAwait(false);
            onPool.TrySetResult(Thread.CurrentThread.IsThreadPoolThread);
        }, new ConnectionOptions { Scheduling = ConnectionScheduling.ThreadPool });
        using var client = house.Dial();
        client.Send(new byte[1]);

        Assert.True(await onPool.Task.Soon());
    }

    [ReactorFact]
    public async Task Scheduling_EngineDefault_RunsOnTheLoop()
    {
        var thread = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var house = new EngineTestServer(new ReactorEngine(), async connection =>
        {
            await connection.Input.ReadAsync().ConfigureAwait(false);
            thread.TrySetResult(Thread.CurrentThread.Name);
        });
        using var client = house.Dial();
        client.Send(new byte[1]);

        Assert.Contains("loop", await thread.Task.Soon());
    }

    private static async Task SwallowAsync(Connection connection)
    {
        while (true)
        {
            var result = await connection.Input.ReadAsync().ConfigureAwait(false);
            connection.Input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
                return;
        }
    }
}

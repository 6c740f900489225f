using Xunit.Abstractions;

namespace Net.Async.Tests.Contract;

/// <summary>Ends, cancels and completions in random order from several threads: nothing hangs, nothing foreign is thrown, nothing stays.</summary>
public class ScheduleTests(ITestOutputHelper output) : LeakCheck
{
    [Theory, Transports]
    public async Task AnyOrder_FromSeveralThreads_EndsOnce(string transport)
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var kind = Transport.Get(transport);
        for (var round = 0; round < 60; round++)
            await RunAsync(kind, new Random(seed + round)).Soon();
    }

    private static async Task RunAsync(Transport kind, Random random)
    {
        await using var pair = await kind.ConnectPairAsync(new ConnectionOptions { Close = { Timeout = TimeSpan.FromMilliseconds(100), DrainTimeout = TimeSpan.FromMilliseconds(100) } });
        var fired = 0;
        pair.Client.Closed.Register(() => Interlocked.Increment(ref fired));
        var size = random.Next(1, 2_000_000);
        var work = new List<Task>
        {
            Quiet(() => WriteAsync(pair.Client, size)), Quiet(() => ReadAsync(pair.Client)),
            Quiet(() => WriteAsync(pair.Accepted, size)), Quiet(() => ReadAsync(pair.Accepted)),
        };
        for (var i = 0; i < 4; i++)
        {
            var (action, connection, spins) = (random.Next(7), random.Next(2) == 0 ? pair.Client : pair.Accepted, random.Next(20_000));
            work.Add(Task.Run(() => Quiet(() => ActAsync(connection, action, spins))));
        }

        work.Add(Task.Run(() => Quiet(() => pair.Client.CloseAsync())));
        await Task.WhenAll(work);
        await Eventually.FiresAsync("Closed did not fire", pair.Client.Closed);
        await Eventually.IsAsync(() => Volatile.Read(ref fired) == 1, "Closed fires once");
        Assert.NotNull(pair.Client.CloseReason);
        Assert.Equal(ConnectionState.Closed, pair.Client.State);
    }

    private static async Task ActAsync(Connection connection, int action, int spins)
    {
        Thread.SpinWait(spins);
        switch (action)
        {
            case 0:
                connection.Abort(new InvalidDataException("schedule"));
                break;
            case 1:
                await connection.DisposeAsync();
                break;
            case 2:
                connection.Input.CancelPendingRead();
                break;
            case 3:
                connection.Output.CancelPendingFlush();
                break;
            case 4:
                await connection.CloseAsync(new CancellationTokenSource(1).Token);
                break;
            case 5:
                _ = connection.PeerClosed.IsCancellationRequested;
                break;
            default:
                connection.Output.Complete();
                break;
        }
    }

    private static async Task WriteAsync(Connection connection, int size)
    {
        var piece = new byte[30_000];
        for (var sent = 0; sent < size; sent += piece.Length)
        {
            if ((await connection.Output.WriteAsync(piece)).IsCompleted)
                return;
        }
    }

    private static async Task ReadAsync(Connection connection)
    {
        while (true)
        {
            var result = await connection.Input.ReadAsync();
            connection.Input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
                return;
        }
    }

    // What may come out of a connection that others end meanwhile; anything else fails the test.
    private static async Task Quiet(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (ConnectionException)
        {
        }
        catch (OperationCanceledException)
        {
        }
        catch (InvalidOperationException exception) when (exception.Message.Contains("after the writer was completed", StringComparison.Ordinal))
        {
        }
    }
}

using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using Net.Async.Tests.Contract;
using Xunit.Abstractions;

namespace Net.Async.Tests.Serving;

/// <summary>Random stops under load: every request that a handler has taken is answered, and an observer hears all of it in a legal order.</summary>
/// <remarks><c>NETASYNC_STOPS</c> is how many stops there are over each transport.</remarks>
public class StopStormTests(ITestOutputHelper output) : LeakCheck
{
    private const int Clients = 4;

    private static readonly int s_stops = int.TryParse(Environment.GetEnvironmentVariable("NETASYNC_STOPS"), NumberStyles.None, CultureInfo.InvariantCulture, out var stops) ? stops : 170;

    [Theory]
    [InlineData("tcp4/reactor")]
    [InlineData("tcp4/managed")]
    [InlineData("memory")]
    public async Task StopAsync_AtARandomMoment_AnswersEveryRequestThatWasTaken(string name)
    {
        var random = Seed.Start(output);
        var unobserved = new ConcurrentQueue<Exception>();
        void Note(object? sender, UnobservedTaskExceptionEventArgs args) => unobserved.Enqueue(args.Exception);
        // What earlier tests have left is not this one's.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        TaskScheduler.UnobservedTaskException += Note;
        try
        {
            for (var round = 0; round < s_stops; round++)
                await PlayAsync(Transport.Get(name), random.Next(25), unbinds: random.Next(3) == 0, round);
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Note;
        }

        Assert.Empty(unobserved);
    }

    private static async Task PlayAsync(Transport transport, int accepts, bool unbinds, int round)
    {
        var observer = new TestObserver();
        await using var server = transport.Listen(new ServerOptions { Observer = observer });
        var (taken, answered) = (new ConcurrentBag<long>(), new ConcurrentBag<long>());
        var serving = server.ServeAsync((connection, token) => AnswerAsync(connection, taken, token));
        using var end = new CancellationTokenSource();
        var clients = Enumerable.Range(0, Clients).Select(client => Task.Run(() => KeepAskingAsync(transport, server, client * 1_000_000L, answered, end.Token))).ToArray();

        await Eventually.IsAsync(() => observer.Count("accepted") >= accepts, "the clients were not accepted");
        if (unbinds)
            await server.UnbindAsync().Soon();
        var result = await server.StopAsync(TimeSpan.FromMinutes(1)).Soon();
        await serving.Soon();
        await end.CancelAsync();
        await Task.WhenAll(clients).Soon();

        Check(observer, result, $"round {round}");
        Assert.Empty(taken.Except(answered));
    }

    // The token is passed between two requests only: one that was taken is answered.
    private static async Task AnswerAsync(Connection connection, ConcurrentBag<long> taken, CancellationToken token)
    {
        while (true)
        {
            var read = await connection.Input.ReadAtLeastAsync(sizeof(long), token);
            if (read.Buffer.Length < sizeof(long))
                return;
            var request = read.Buffer.Slice(0, sizeof(long)).ToArray();
            connection.Input.AdvanceTo(read.Buffer.GetPosition(sizeof(long)));
            taken.Add(BitConverter.ToInt64(request));
            await connection.Output.WriteAsync(request, CancellationToken.None);
        }
    }

    // One request after the other, some on the same connection, until the server refuses them.
    private static async Task KeepAskingAsync(Transport transport, Server server, long request, ConcurrentBag<long> answered, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            try
            {
                await using var client = await transport.ConnectAsync(server, cancellationToken: CancellationToken.None);
                try
                {
                    for (var isOpen = true; isOpen && request % 4 != 3;)
                        isOpen = await AskAsync(client, ++request, answered);
                    request++;
                }
                finally
                {
                    client.Input.Complete();
                }
            }
            catch (ConnectionException)
            {
                // Refused, or ended by the stop before the request was taken: those that were taken are looked for later.
                if (!server.IsListening)
                    return;
            }
        }
    }

    // False when the connection has ended.
    private static async Task<bool> AskAsync(Connection client, long request, ConcurrentBag<long> answered)
    {
        await client.Output.WriteAsync(BitConverter.GetBytes(request), CancellationToken.None);
        var answer = await client.Input.ReadAtLeastAsync(sizeof(long), CancellationToken.None);
        if (answer.Buffer.Length >= sizeof(long))
            answered.Add(BitConverter.ToInt64(answer.Buffer.Slice(0, sizeof(long)).ToArray()));
        client.Input.AdvanceTo(answer.Buffer.End);
        return !answer.IsCompleted;
    }

    private static void Check(TestObserver observer, StopResult result, string round)
    {
        var heard = observer.Heard;
        Assert.True(heard[0].Notice == "listening", $"{round}: {heard[0].Notice} came first");
        Assert.True(heard[^1].Notice == "stopped", $"{round}: {heard[^1].Notice} came last");
        var open = new HashSet<object>();
        foreach (var (notice, of) in heard)
            Assert.True(notice switch { "accepted" => open.Add(of!), "closed" => open.Remove(of!), "handler failed" => false, _ => true }, $"{round}: {notice} of {of}");
        Assert.True(open.Count == 0, $"{round}: {open.Count} were not closed");
        Assert.Equal(["listening", "stopping", "unbound", "stopped"], heard.Select(static heard => heard.Notice).Where(static notice => notice is not ("accepted" or "closed")).OrderBy(static notice => notice switch { "listening" => 0, "stopping" => 1, "unbound" => 2, _ => 3 }));
        Assert.True(result.Aborted == 0, $"{round}: {result} without a deadline");
    }
}

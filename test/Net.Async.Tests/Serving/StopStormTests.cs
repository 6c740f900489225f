using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Net.Async.Tests.Contract;
using Xunit.Abstractions;

namespace Net.Async.Tests.Serving;

/// <summary>Random stops under load: what was accepted is served to its end, and an observer hears all of it in a legal order.</summary>
/// <remarks><c>NETASYNC_STOPS</c> is how many stops there are over each transport.</remarks>
public class StopStormTests(ITestOutputHelper output) : LeakCheck
{
    private const int Clients = 4;

    private static readonly int s_stops = int.TryParse(Environment.GetEnvironmentVariable("NETASYNC_STOPS"), NumberStyles.None, CultureInfo.InvariantCulture, out var stops) ? stops : 170;

    [Theory]
    [InlineData("tcp4/reactor")]
    [InlineData("tcp4/managed")]
    [InlineData("memory")]
    public async Task StopAsync_AtARandomMoment_ServesEveryAcceptedClientToItsEnd(string name)
    {
        var random = Seed.Start(output);
        var unobserved = new ConcurrentQueue<Exception>();
        void Note(object? sender, UnobservedTaskExceptionEventArgs args) => unobserved.Enqueue(args.Exception);
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
        var serving = server.ServeAsync(ServerTests.Echo);
        using var end = new CancellationTokenSource();
        var turnedAway = new ConcurrentQueue<EndPoint?>();
        var clients = Enumerable.Range(0, Clients).Select(_ => Task.Run(() => KeepAskingAsync(transport, server, turnedAway, end.Token))).ToArray();

        await Eventually.IsAsync(() => observer.Count("accepted") >= accepts, "the clients were not accepted");
        if (unbinds)
            await server.UnbindAsync().Soon();
        var result = await server.StopAsync(TimeSpan.FromMinutes(1)).Soon();
        await serving.Soon();
        await end.CancelAsync();
        await Task.WhenAll(clients).Soon();

        Check(observer, result, $"round {round}");
        var served = observer.Heard.Where(static heard => heard.Notice == "accepted").Select(static heard => ((Connection)heard.Of!).RemoteEndPoint).ToHashSet();
        Assert.All(turnedAway, client => Assert.DoesNotContain(client, served));
    }

    // One request after the other, each on its own connection, until the server refuses them.
    private static async Task KeepAskingAsync(Transport transport, Server server, ConcurrentQueue<EndPoint?> turnedAway, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            Connection client;
            try
            {
                client = await transport.ConnectAsync(server, cancellationToken: CancellationToken.None);
            }
            catch (ConnectionException)
            {
                // Refused, or reset before the connect ended: nothing was accepted, or its end is seen below.
                return;
            }

            await using (client)
            {
                try
                {
                    await client.Output.WriteAsync("a request"u8.ToArray(), CancellationToken.None);
                    await client.Input.ReadAtLeastAsync("a request".Length, CancellationToken.None);
                }
                catch (ConnectionException)
                {
                    turnedAway.Enqueue(client.LocalEndPoint);
                }

                client.Input.Complete();
            }
        }
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

using Net.Async.Tests.Io;
using Xunit.Abstractions;

namespace Net.Async.Tests.Http;

/// <summary>HttpClient over a connector and a server that ends idle connections: a POST, which is not sent twice, must never go to a connection that has ended.</summary>
public sealed class IdleConnectionsTests(ITestOutputHelper output) : LeakCheck
{
    private const int Clients = 4;

    private static readonly TimeSpan s_limit = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_known = TimeSpan.FromMilliseconds(50);

    // All variants at once, since the pauses alone are 40 s.
    [Fact]
    public async Task PostAsync_PauseLongerThanTheServersLimit_NeverFails()
    {
        const int Posts = 200;
        var runs = await Task.WhenAll(
            from engine in Engines.Names
            from end in (string[])["fin", "rst", "408"]
            select RunAsync(engine, end, Posts, TimeSpan.FromMilliseconds(200), endIsKnown: true));
        Assert.All(runs, static run => Assert.Equal(0, run.Failed));
        // Each pause has cost a connection: otherwise nothing was tried.
        Assert.All(runs, static run => Assert.InRange(run.Ended, Clients * (Posts - 1) / 2, Clients * Posts));
    }

    // A request may meet the end on the way, over any connector: there the handler's own connections are the measure, in the same run.
    [Fact]
    public async Task PostAsync_PauseEqualToTheServersLimit_FailsNoMoreThanWithTheHandlersOwnConnections()
    {
        const int Posts = 100;
        var runs = await Task.WhenAll(
            from engine in (string[])["own", .. Engines.Names]
            from end in (string[])["fin", "rst", "408"]
            select RunAsync(engine, end, Posts, s_limit, endIsKnown: false));
        var failures = runs.GroupBy(static run => run.Engine).ToDictionary(static group => group.Key, static group => group.Sum(static run => run.Failed));
        output.WriteLine(string.Join(", ", failures.Select(static pair => $"{pair.Key}: {pair.Value}")));
        // Of 1,200 POSTs each, and each failure is a matter of microseconds: chance is left some of them.
        Assert.All(Engines.Names, engine => Assert.InRange(failures[engine], 0, failures["own"] + Chance(failures["own"])));
    }

    // Three standard deviations of the difference of two counts of rare events, and three.
    private static int Chance(int count) => 3 + (int)Math.Ceiling(3 * Math.Sqrt(2 * count));

    private async Task<(string Engine, int Failed, int Ended)> RunAsync(string engine, string end, int posts, TimeSpan pause, bool endIsKnown)
    {
        var clients = await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => PostAsync(engine, end, posts, pause, endIsKnown)));
        var (failed, ended) = (clients.Sum(static client => client.Failed), clients.Sum(static client => client.Ended));
        output.WriteLine($"{engine}, {end}: {failed} of {Clients * posts} failed, {ended} connections ended");
        return (engine, failed, ended);
    }

    private static async Task<(int Failed, int Ended)> PostAsync(string engine, string end, int posts, TimeSpan pause, bool endIsKnown)
    {
        await using var server = new IdleServer(s_limit, end);
        using var handler = new SocketsHttpHandler { UseProxy = false };
        if (engine != "own")
            handler.UseConnector(new HappyEyeballsConnector(Engines.Connecting(engine)));
        using var client = new HttpClient(handler);
        var failed = 0;
        for (var i = 0; i < posts; i++)
        {
            failed += await FailsAsync(client, server.Address) ? 1 : 0;
            await Task.Delay(pause);
            // On a busy machine the server may be late with the end.
            if (endIsKnown)
                await Eventually.IsAsync(() => server.IdleFor >= s_known, "the server has ended the connection");
        }

        return (failed, server.Ended);
    }

    private static async Task<bool> FailsAsync(HttpClient client, Uri address)
    {
        try
        {
            using var content = new ByteArrayContent([1, 2, 3]);
            using var answer = await client.PostAsync(address, content);
            // A 408 that meets the request on its way is taken for its answer.
            return !answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return true;
        }
    }
}

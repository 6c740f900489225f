using System.Net;
using Xunit.Abstractions;

namespace Net.Async.Tests.Kestrel;

/// <summary>Clients that vanish at any moment, beside others that want an answer to each request.</summary>
[Collection(RowsCollection.Name)]
public class KillTests(ITestOutputHelper output) : LeakCheck
{
    private const int Kills = 1000, AtOnce = 16, Workers = 4;

    public static TheoryData<string> Cases => [.. Transports.Names];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Connections_KilledAtRandomUnderLoad_LeaveNothing(string transport)
    {
        var random = Seed.Start(output);
        var app = await KestrelApp.StartAsync(transport, new Setup
        {
            Kestrel = static kestrel =>
            {
                kestrel.Limits.MaxRequestBodySize = null;
                kestrel.Listen(IPAddress.Loopback, 0);
            },
            Map = Site.Map,
        });
        using var enough = new CancellationTokenSource();
        var workers = Enumerable.Range(0, Workers).Select(_ => Task.Run(() => WorkAsync(app.EndPoint(), enough.Token))).ToArray();
        for (var i = 0; i < Kills; i += AtOnce)
        {
            var plans = Enumerable.Range(0, Math.Min(AtOnce, Kills - i)).Select(_ => (random.Next(6), random.Next(2) == 0, random.Next(2000))).ToArray();
            await Task.WhenAll(plans.Select(plan => KillAsync(app.EndPoint(), plan.Item1, plan.Item2, plan.Item3))).Soon();
        }

        await enough.CancelAsync();
        foreach (var answers in await Task.WhenAll(workers).Soon())
            Assert.NotEqual(0, answers);
        await app.QuietAsync(Kills);
        Assert.Equal(0, app.Open);
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private static async Task<int> WorkAsync(IPEndPoint endPoint, CancellationToken enough)
    {
        await using var client = await RawClient.DialAsync(endPoint, 0);
        var answers = 0;
        for (; !enough.IsCancellationRequested; answers++)
        {
            await client.SendAsync("POST /echo HTTP/1.1\r\nHost: one.test\r\nContent-Length: 5\r\n\r\nhello");
            Assert.EndsWith("hello", await client.ReadResponseAsync(), StringComparison.Ordinal);
        }

        return answers;
    }

    private static async Task KillAsync(IPEndPoint endPoint, int plan, bool reset, int bytes)
    {
        await using var client = await RawClient.DialAsync(endPoint, 0);
        try
        {
            if (plan > 0)
                await client.SendAsync(Begin(plan));
            if (plan is 3 or 4)
                await client.SendAsync(new byte[bytes]);
            if (plan is 5)
                await client.SkipAsync(bytes);
        }
        catch (IOException)
        {
            // The server was faster.
        }

        if (reset)
            client.Reset();
    }

    // Where the client stops: nothing sent, half a head, a head, in a body, and in the answer.
    private static string Begin(int plan) => plan switch
    {
        1 => "GET /plain HTT",
        2 => "GET /plain HTTP/1.1\r\nHost: one.test\r\n\r\n",
        3 => "POST /hash HTTP/1.1\r\nHost: one.test\r\nContent-Length: 1000000\r\n\r\n",
        4 => "POST /echo HTTP/1.1\r\nHost: one.test\r\nContent-Length: 1000000\r\n\r\n",
        _ => "GET /bytes/4000000 HTTP/1.1\r\nHost: one.test\r\n\r\n",
    };
}

using Microsoft.Extensions.Hosting;
using Xunit.Abstractions;

namespace Net.Async.Tests;

/// <summary>Connections that are opened and killed at random while calls run: nothing is left of them, calls work, and no stop hangs.</summary>
public sealed class IntruderTests(ITestOutputHelper output) : LeakCheck
{
    private const int Dials = 1000, AtATime = 20, Callers = 8;

    [Theory, InlineData(true), InlineData(false)]
    public async Task Calls_While1000ConnectionsAreKilled_AllSucceedAndTheStopEnds(bool ours)
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var silo = await TestSilo.StartAsync(builder => ClusterTests.Use(builder, ours));
        await using var client = await TestClient.StartAsync(builder => ClusterTests.Use(builder, ours), silo);
        using var over = new CancellationTokenSource();
        var calling = Enumerable.Range(0, Callers).Select(caller => CallAsync(client.Grains, caller, over.Token)).ToArray();

        await Task.WhenAll(Enumerable.Range(0, AtATime).Select(dialer => DialAsync(silo, new Random(seed + dialer)))).WaitAsync(TimeSpan.FromSeconds(60));
        await over.CancelAsync();

        var calls = (await Task.WhenAll(calling).Soon()).Sum();
        output.WriteLine($"{calls} calls");
        Assert.True(calls > Callers, $"only {calls} calls");
        Assert.Equal([1], await client.Grains.GetGrain<IEchoGrain>(0).EchoAsync([1]).Soon());
        await silo.DisposeAsync();
    }

    // With the listeners of Orleans itself these stay to the end of the silo.
    [Theory, InlineData(0), InlineData(1), InlineData(2), InlineData(3), InlineData(4)]
    public async Task Limits_APeerWithoutAWholePreamble_IsEnded(int kind)
    {
        await using var silo = await TestSilo.StartAsync(static builder => builder.UseNetAsync(static options =>
        {
            foreach (var listener in new[] { options.SiloListener, options.GatewayListener })
            {
                listener.Connection.Limits.FirstByteTimeout = TimeSpan.FromMilliseconds(200);
                listener.Connection.Limits.MinReceiveRate = new(1000, TimeSpan.FromMilliseconds(200));
            }
        }));

        foreach (var endPoint in new[] { silo.EndPoint, silo.Gateway })
        {
            using var intruder = await Intruder.StayAsync(endPoint, kind);
            await EndsAsync(intruder);
        }
    }

    [Fact]
    public async Task Stop_PeersWithoutAPreambleStay_Ends()
    {
        var silo = await TestSilo.StartAsync(static builder => builder.UseNetAsync());
        var intruders = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Intruder.StayAsync(i % 2 == 0 ? silo.EndPoint : silo.Gateway, kind: i / 2 % 5)));

        await silo.DisposeAsync();

        foreach (var intruder in intruders)
        {
            await EndsAsync(intruder);
            intruder.Dispose();
        }
    }

    private static async Task EndsAsync(System.Net.Sockets.Socket intruder)
    {
        var buffer = new byte[4096];
        try
        {
            // What the silo sends is its own preamble.
            while (await intruder.ReceiveAsync(buffer).Soon() > 0)
            {
            }
        }
        catch (System.Net.Sockets.SocketException)
        {
            // A reset is an end as well.
        }
    }

    private static async Task DialAsync(TestSilo silo, Random random)
    {
        for (var i = 0; i < Dials / AtATime; i++)
            await Intruder.RunAsync(random.Next(2) == 0 ? silo.EndPoint : silo.Gateway, random);
    }

    private static async Task<int> CallAsync(IGrainFactory grains, int caller, CancellationToken over)
    {
        var calls = 0;
        while (!over.IsCancellationRequested)
        {
            Assert.Equal([(byte)caller], await grains.GetGrain<IEchoGrain>(calls++ % 32).EchoAsync([(byte)caller]));
            await Task.Yield();
        }

        return calls;
    }
}

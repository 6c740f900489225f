using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace Net.Async.Tests.Io;

/// <summary>Connections that are made, used and ended in every random way, many at a time: nothing is lost, doubled or left, and each end is told once.</summary>
/// <remarks>Some seconds long; <c>NETASYNC_CHAOS_SECONDS</c> makes it longer.</remarks>
public sealed class ChaosTests(ITestOutputHelper output) : LeakCheck
{
    private const int AtATime = 16;

    [Theory]
    [InlineData("managed")]
    [InlineData("reactor")]
    public async Task Connections_EndedInEveryWay_KeepTheirPromises(string engine)
    {
        // Where the reactor cannot serve there is one engine to try.
        var obstacle = engine == "reactor" ? ReactorProbe.Obstacle() : null;
        var random = Seed.Start(output);
        var watch = Stopwatch.StartNew();
        var waiting = new ConcurrentDictionary<int, ChaosPlay>();
        var chosen = obstacle is null && engine == "reactor" ? new ReactorEngine() : (IoEngine)new ManagedEngine();
        var roomy = new ConnectionOptions { Close = { Timeout = TimeSpan.FromSeconds(2), DrainTimeout = TimeSpan.FromSeconds(1) } };
        await using var house = new EngineTestServer(chosen, connection => ChaosSide.HandlerOf(connection, waiting), roomy);
        // Where the kernel is often full, a cancelled send is often one of which nothing has gone.
        await using var narrow = new EngineTestServer(chosen, connection => ChaosSide.HandlerOf(connection, waiting), roomy with { Buffers = roomy.Buffers with { SendBufferSize = 32 * 1024, ReceiveBufferSize = 32 * 1024 } });
        var (plays, sentAgain, cutOff) = (0, 0, 0);

        await Task.WhenAll(Enumerable.Range(0, AtATime).Select(_ => random.Next()).ToArray().Select(seed => Task.Run(async () =>
        {
            for (var round = 0; watch.Elapsed < Length; round++)
            {
                var play = new ChaosPlay(new Random(HashCode.Combine(seed, round)), Interlocked.Increment(ref plays));
                var run = play.RunAsync(round % 2 == 0 ? house : narrow, waiting);
                if (await Task.WhenAny(run, Task.Delay(Eventually.Limit)) != run)
                    output.WriteLine($"It does not end: {play}");
                await run.WaitAsync(Eventually.Limit);
                Interlocked.Add(ref sentAgain, play.Cancelled.SentAgain);
                Interlocked.Add(ref cutOff, play.Cancelled.CutOff);
            }
        })));

        output.WriteLine($"{plays} connections; {sentAgain} sends cancelled before anything had gone, {cutOff} cut off");
        Assert.Empty(waiting);
    }

    private static TimeSpan Length =>
        TimeSpan.FromSeconds(int.TryParse(Environment.GetEnvironmentVariable("NETASYNC_CHAOS_SECONDS"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : 4);
}

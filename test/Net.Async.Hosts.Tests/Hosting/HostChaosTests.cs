using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace Net.Async.Tests.Hosting;

/// <summary>A thousand connections are opened and killed at random while others are served: nothing of them is left, and the stop does not hang.</summary>
public sealed class HostChaosTests : LeakCheck
{
    private const int Victims = 1000, AtATime = 100, Steady = 10;

    [Fact]
    public async Task Connections_KilledAtRandomUnderLoad_LeaveNothing()
    {
        var counts = new Counts();
        var seed = Random.Shared.Next();
        await using var host = await TestHost.StartAsync(builder =>
        {
            builder.Services.AddSingleton(counts);
            builder.Services.AddScoped<Session>();
            builder.Services.AddServer<Handler>("scoped", "127.0.0.1:0");
            builder.Services.AddServer("plain", "127.0.0.1:0", TestHost.Echo).Configure(static options => options.MaxConnections = 150);
        });
        using var over = new CancellationTokenSource();
        var steady = Enumerable.Range(0, Steady).Select(i => AskAsync(host, i % 2 == 0 ? "scoped" : "plain", over.Token)).ToArray();

        using (var room = new SemaphoreSlim(AtATime))
            await Task.WhenAll(Enumerable.Range(0, Victims).Select(i => DieAsync(host, i % 2 == 0 ? "scoped" : "plain", new Random(seed + i), room))).WaitAsync(TimeSpan.FromMinutes(2));

        await over.CancelAsync();
        var asked = await Task.WhenAll(steady).Soon();
        Assert.All(asked, count => Assert.True(count > 0, $"seed {seed}"));
        var lingering = new List<Connection>();
        for (var i = 0; i < 50; i++)
            lingering.Add(await host.ConnectAsync(i % 2 == 0 ? "scoped" : "plain").Soon());

        var watch = Stopwatch.StartNew();
        await host.Host.StopAsync().Soon();

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"seed {seed}: the stop took {watch.Elapsed}");
        Assert.Equal((0, 0), (host.Server("scoped").ConnectionCount, host.Server("plain").ConnectionCount));
        Assert.Equal(counts.Made, counts.Disposed);
        Assert.DoesNotContain(host.Log.All, static record => record.Level >= Microsoft.Extensions.Logging.LogLevel.Error);
        foreach (var connection in lingering)
            await connection.DisposeAsync();
    }

    private static async Task<int> AskAsync(TestHost host, string server, CancellationToken over)
    {
        await using var connection = await host.ConnectAsync(server);
        var count = 0;
        while (!over.IsCancellationRequested)
        {
            var line = $"{server} {count++}";
            await connection.WriteLineAsync(line, CancellationToken.None);
            Assert.Equal(line, await connection.ReadLineAsync(CancellationToken.None));
        }

        return count;
    }

    private static async Task DieAsync(TestHost host, string server, Random random, SemaphoreSlim room)
    {
        await room.WaitAsync();
        try
        {
            await using var connection = await host.ConnectAsync(server);
            var bytes = new byte[random.Next(1, 100_000)];
            Array.Fill(bytes, (byte)'x');
            bytes[^1] = (byte)'\n';
            var sending = connection.SendAsync(bytes).AsTask();
            if (random.Next(2) == 0)
                await connection.ReceiveAsync(new byte[100]);
            switch (random.Next(4))
            {
                case 0:
                    connection.Abort();
                    break;
                case 1:
                    await connection.Output.CompleteAsync();
                    break;
                case 2:
                    await Task.Delay(random.Next(20));
                    break;
            }

            // It fails with the abort; half of the others end while it is under way.
            if (random.Next(2) == 0)
                connection.Abort();
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (Exception exception) when (exception is ConnectionException or InvalidOperationException)
        {
            // Turned away at the limit, or ended by its own hand.
        }
        finally
        {
            room.Release();
        }
    }

    private sealed class Counts
    {
        public int Made;
        public int Disposed;
    }

    private sealed class Session : IAsyncDisposable
    {
        private readonly Counts _counts;

        public Session(Counts counts)
        {
            _counts = counts;
            Interlocked.Increment(ref counts.Made);
        }

        public async ValueTask DisposeAsync()
        {
            await Task.Yield();
            Interlocked.Increment(ref _counts.Disposed);
        }
    }

    private sealed class Handler(Session session) : IConnectionHandler
    {
        public Task HandleAsync(Connection connection, CancellationToken stopping)
        {
            GC.KeepAlive(session);
            return TestHost.Echo(connection, stopping);
        }
    }
}

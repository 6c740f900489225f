using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Net.Async.Tests.Hosting;

/// <summary>The servers of a host stop together, inside its time-out.</summary>
public sealed class ShutdownTests : LeakCheck
{
    [Fact]
    public async Task Stop_HandlersThatFinish_LosesNothing()
    {
        await using var host = await TestHost.StartAsync(static builder =>
        {
            builder.Services.AddServer("one", "127.0.0.1:0", AnswerAfterStopAsync);
            builder.Services.AddServer("two", "127.0.0.1:0", AnswerAfterStopAsync);
        });
        var clients = new List<Connection>();
        foreach (var name in new[] { "one", "two", "one", "two" })
            clients.Add(await host.ConnectAsync(name).Soon());
        await Eventually.IsAsync(() => host.Server("one").ConnectionCount == 2 && host.Server("two").ConnectionCount == 2, "the connections");

        var watch = Stopwatch.StartNew();
        await host.Host.StopAsync().Soon();

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"took {watch.Elapsed}");
        foreach (var client in clients)
        {
            Assert.Equal("done", await client.ReadLineAsync().Soon());
            Assert.Null(await client.ReadLineAsync().Soon());
            await client.DisposeAsync();
        }

        Assert.Contains(host.Log.Of("one"), static record => record.Message == "Stopped: 2 connections finished, 0 were aborted.");
    }

    [Fact]
    public async Task Stop_SeveralServers_AreUnboundBeforeOneStops()
    {
        await using var host = await TestHost.StartAsync(static builder =>
        {
            for (var i = 0; i < 5; i++)
                builder.Services.AddServer($"s{i}", "127.0.0.1:0", TestHost.Echo);
        });

        await host.Host.StopAsync().Soon();

        var ids = host.Log.All.Where(static record => record.Category.StartsWith("Net.Async.Server.", StringComparison.Ordinal)).Select(static record => record.Id.Id).ToList();
        Assert.Equal(5, ids.Count(static id => id == 2));
        Assert.True(ids.LastIndexOf(2) < ids.IndexOf(14), string.Join(' ', ids));
    }

    [Fact]
    public async Task Stop_HandlersThatNeverEnd_AreAbortedTogetherInsideTheTimeOut()
    {
        await using var host = await TestHost.StartAsync(static builder =>
        {
            builder.Services.Configure<HostOptions>(static options => options.ShutdownTimeout = TimeSpan.FromSeconds(2));
            for (var i = 0; i < 3; i++)
                builder.Services.AddServer($"s{i}", "127.0.0.1:0", static (connection, _) => connection.ReadLineAsync(CancellationToken.None).AsTask());
        });
        var clients = new List<Connection>();
        for (var i = 0; i < 3; i++)
            clients.Add(await host.ConnectAsync($"s{i}").Soon());
        await Eventually.IsAsync(() => Enumerable.Range(0, 3).All(i => host.Server($"s{i}").ConnectionCount == 1), "the connections");

        var watch = Stopwatch.StartNew();
        await host.Host.StopAsync().Soon();

        // The time is that of one, not of three; and it leaves the rest of the host some.
        Assert.InRange(watch.Elapsed, TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(4));
        Assert.Equal(3, host.Log.All.Count(static record => record.Message == "Stopped: 0 connections finished, 1 were aborted."));
        foreach (var client in clients)
            await client.DisposeAsync();
    }

    [Fact]
    public async Task Stop_ServerWithAShorterTimeOut_EndsSooner()
    {
        await using var host = await TestHost.StartAsync(static builder => builder.Services.AddServer("short", "127.0.0.1:0", static (connection, _) => connection.ReadLineAsync(CancellationToken.None).AsTask()),
            ("Servers:short:Stop:Timeout", "00:00:00.2"));
        await using var client = await host.ConnectAsync("short").Soon();
        await Eventually.IsAsync(() => host.Server("short").ConnectionCount == 1, "the connection");

        var watch = Stopwatch.StartNew();
        await host.Host.StopAsync().Soon();

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"took {watch.Elapsed}");
    }

    [Fact]
    public async Task Stop_TokenOfTheCaller_AbortsAtOnce()
    {
        await using var host = await TestHost.StartAsync(static builder => builder.Services.AddServer("wait", "127.0.0.1:0", static (connection, _) => connection.ReadLineAsync(CancellationToken.None).AsTask()));
        await using var client = await host.ConnectAsync("wait").Soon();
        await Eventually.IsAsync(() => host.Server("wait").ConnectionCount == 1, "the connection");
        using var impatient = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));

        await host.Host.StopAsync(impatient.Token).Soon();

        await Eventually.IsAsync(() => host.Server("wait").ConnectionCount == 0, "the abort");
        Assert.Equal(HostedServerStatus.Stopped, host.Hosted("wait").Status);
    }

    [Theory]
    [InlineData(30, 29)]
    [InlineData(5, 4.5)]
    [InlineData(0, 0)]
    public void Of_ATimeOut_LeavesATenthAndAtMostASecond(double seconds, double expected) =>
        Assert.Equal(TimeSpan.FromSeconds(expected), ShutdownLimit.Of(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void Of_NoTimeOut_IsADay() => Assert.Equal(TimeSpan.FromDays(1), ShutdownLimit.Of(Timeout.InfiniteTimeSpan));

    private static async Task AnswerAfterStopAsync(Connection connection, CancellationToken stopping)
    {
        await Task.Delay(Timeout.Infinite, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await connection.WriteLineAsync("done", CancellationToken.None);
    }
}

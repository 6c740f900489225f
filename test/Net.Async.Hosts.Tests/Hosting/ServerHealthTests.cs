using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Net.Async.Tests.Hosting;

/// <summary>The health entry of a server says whether it listens, and what it counts.</summary>
public sealed class ServerHealthTests : LeakCheck
{
    [Fact]
    public async Task Entry_FromBeforeTheStartToAfterTheStop_IsAsTheServer()
    {
        await using var host = TestHost.Build(static builder => builder.Services.AddServer("echo", "127.0.0.1:0", TestHost.Echo).AddHealthCheck("live"));
        var checks = host.Host.Services.GetRequiredService<HealthCheckService>();
        Assert.Equal((HealthStatus.Unhealthy, "The server 'echo' does not listen: NotStarted."), await CheckAsync(checks));

        await host.Host.StartAsync().Soon();
        var listening = (await checks.CheckHealthAsync()).Entries["server:echo"];
        Assert.Equal(HealthStatus.Healthy, listening.Status);
        Assert.Equal(["live"], listening.Tags);
        Assert.Equal((0, "none", 0L, 0L, 0L, NetEndPoint.Format(host.Server("echo").LocalEndPoint)),
            (listening.Data["connections"], listening.Data["limit"], listening.Data["denied"], listening.Data["dropped"], listening.Data["handlerFailures"], listening.Data["endPoints"]));

        await host.Host.StopAsync().Soon();
        Assert.Equal((HealthStatus.Unhealthy, "The server 'echo' does not listen: Stopped."), await CheckAsync(checks));
    }

    [Fact]
    public async Task Entry_AtTheLimit_IsDegraded()
    {
        await using var host = await TestHost.StartAsync(static builder =>
        {
            builder.Services.AddServer("echo", "127.0.0.1:0", TestHost.Echo).Configure(static options => options.MaxConnections = 1);
            builder.Services.AddHealthChecks().AddServer("echo", "front");
        });
        var checks = host.Host.Services.GetRequiredService<HealthCheckService>();
        await using var client = await host.ConnectAsync("echo").Soon();
        await Eventually.IsAsync(() => host.Server("echo").ConnectionCount == 1, "the connection");

        var entry = (await checks.CheckHealthAsync()).Entries["front"];

        Assert.Equal((HealthStatus.Degraded, 1, 1), (entry.Status, entry.Data["connections"], entry.Data["limit"]));
    }

    [Fact]
    public async Task Entry_OfAnUnboundServer_IsUnhealthy()
    {
        await using var host = await TestHost.StartAsync(static builder => builder.Services.AddServer("echo", "127.0.0.1:0", TestHost.Echo).AddHealthCheck());
        await host.Server("echo").UnbindAsync().Soon();

        Assert.Equal((HealthStatus.Unhealthy, "The server 'echo' does not listen: Unbound."), await CheckAsync(host.Host.Services.GetRequiredService<HealthCheckService>()));
    }

    [Fact]
    public async Task Entry_OfAServerThatCannotListen_HasTheReason()
    {
        await using var taken = Server.Listen("127.0.0.1:0");
        await using var host = TestHost.Build(builder => builder.Services.AddServer("echo", taken.LocalEndPoint, TestHost.Echo).AddHealthCheck());
        await Assert.ThrowsAsync<ConnectionException>(() => host.Host.StartAsync()).Soon();

        var entry = (await host.Host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries["server:echo"];

        Assert.Equal(HealthStatus.Unhealthy, entry.Status);
        Assert.IsType<ConnectionException>(entry.Exception);
    }

    [Fact]
    public async Task Entry_OtherFailureStatus_IsGiven()
    {
        await using var host = TestHost.Build(static builder =>
        {
            builder.Services.AddServer("echo", "127.0.0.1:0", TestHost.Echo);
            builder.Services.AddHealthChecks().AddServer("echo", failureStatus: HealthStatus.Degraded);
        });

        Assert.Equal(HealthStatus.Degraded, (await CheckAsync(host.Host.Services.GetRequiredService<HealthCheckService>())).Status);
    }

    private static async Task<(HealthStatus Status, string? Text)> CheckAsync(HealthCheckService checks)
    {
        var entry = (await checks.CheckHealthAsync()).Entries.Values.Single();
        return (entry.Status, entry.Description);
    }
}

using System.Net.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Net.Async.Aot;

/// <summary>What runs in a host.</summary>
internal static class HostCases
{
    public static async Task HostedAsync()
    {
        var list = Path.GetTempFileName();
        await File.WriteAllTextAsync(list, "192.0.2.1\n");
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Servers:upper:EndPoints:0"] = "127.0.0.1:0",
            ["Servers:upper:Connection:Limits:IdleTimeout"] = "00:01:00",
            ["Servers:upper:Limits:FullMode"] = "Wait",
            ["BlockLists:bad:Load:MaxRules"] = "10",
        });
        builder.Services.AddSingleton<Letters>();
        builder.Services.AddServer<Upper>("upper").UseBlockList("bad").AddHealthCheck();
        builder.Services.AddBlockList("bad", list);
        builder.Services.AddHttpClient("guarded").UseConnectionGuard(ConnectionPolicy.PublicInternet);
        builder.Services.AddSystemdNotifications();
        using var host = builder.Build();
        await host.StartAsync();
        var server = host.Services.GetRequiredKeyedService<HostedServer>("upper").Server;
        await using (var client = await Connection.ConnectAsync(server.LocalEndPoint))
        {
            await client.WriteLineAsync("hello");
            Check(await client.ReadLineAsync() == "HELLO");
        }

        Check(server.FullMode == ServerFullMode.Wait);
        Check((await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Status == HealthStatus.Healthy);
        using (var http = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient("guarded"))
        {
            try
            {
                await http.GetStringAsync($"http://{server.LocalEndPoint}/");
                Check(false);
            }
            catch (HttpRequestException exception)
            {
                Check(exception.GetConnectionException()?.Error == ConnectionError.Denied);
            }
        }

        await host.StopAsync();
        File.Delete(list);
    }

    private static void Check(bool isTrue)
    {
        if (!isTrue)
            throw new InvalidOperationException("Another outcome.");
    }

    private sealed class Letters
    {
        public string Upper(string text) => text.ToUpperInvariant();
    }

    private sealed class Upper(Letters letters) : IConnectionHandler
    {
        public async Task HandleAsync(Connection connection, CancellationToken stopping)
        {
            while (await connection.ReadLineAsync(stopping) is { } line)
                await connection.WriteLineAsync(letters.Upper(line), CancellationToken.None);
        }
    }
}

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Net.Async.Tests;

/// <summary>A client in this process.</summary>
internal sealed class TestClient : IAsyncDisposable
{
    private readonly IHost _host;

    private TestClient(IHost host) => _host = host;

    public IServiceProvider Services => _host.Services;

    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    public static async Task<TestClient> StartAsync(Action<IClientBuilder> configure, params TestSilo[] silos)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.UseOrleansClient(client =>
        {
            client.UseStaticClustering([.. silos.Select(static silo => silo.Gateway)]);
            client.Configure<ClientMessagingOptions>(static options => options.ResponseTimeout = TimeSpan.FromSeconds(15));
            configure(client);
        });
        var host = builder.Build();
        try
        {
            await host.StartAsync().Soon();
            return new TestClient(host);
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync().WaitAsync(TestSilo.StopLimit);
        if (_host is IAsyncDisposable host)
            await host.DisposeAsync().AsTask().WaitAsync(TestSilo.StopLimit);
    }
}

using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Net.Async.Tests;

/// <summary>A silo in this process, at ports that were free.</summary>
internal sealed class TestSilo : IAsyncDisposable
{
    /// <summary>What a stop may take. A stop that hangs is what these tests are to find.</summary>
    public static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);

    private readonly IHost _host;

    private TestSilo(IHost host, IPEndPoint endPoint, IPEndPoint gateway) => (_host, EndPoint, Gateway) = (host, endPoint, gateway);

    public IPEndPoint EndPoint { get; }

    public IPEndPoint Gateway { get; }

    public IServiceProvider Services => _host.Services;

    /// <summary>Starts it, on the transport that the caller chooses.</summary>
    /// <param name="configure">Gets the builder last.</param>
    /// <param name="primary">The silo of the cluster that has the table of members; null for this one.</param>
    public static async Task<TestSilo> StartAsync(Action<ISiloBuilder> configure, TestSilo? primary = null)
    {
        for (var attempt = 0; ; attempt++)
        {
            var (port, gateway) = (FreePort(), FreePort());
            var endPoint = new IPEndPoint(IPAddress.Loopback, port);
            var builder = Host.CreateEmptyApplicationBuilder(null);
            builder.Services.Configure<HostOptions>(static options => options.ShutdownTimeout = StopLimit);
            builder.UseOrleans(silo =>
            {
                silo.UseLocalhostClustering(port, gateway, primary?.EndPoint ?? endPoint);
                silo.Configure<SiloMessagingOptions>(static options => options.ClientGatewayShutdownNotificationTimeout = TimeSpan.FromMilliseconds(100));
                configure(silo);
            });
            var host = builder.Build();
            try
            {
                await host.StartAsync().Soon();
                return new TestSilo(host, endPoint, new IPEndPoint(IPAddress.Loopback, gateway));
            }
            catch (Exception exception)
            {
                host.Dispose();
                // Another process took the port meanwhile.
                if (attempt == 2 || !exception.ToString().Contains("AddressInUse", StringComparison.Ordinal))
                    throw;
            }
        }
    }

    /// <summary>Stops it in order. Bounded.</summary>
    public async Task StopAsync() => await _host.StopAsync().WaitAsync(StopLimit);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (_host is IAsyncDisposable host)
            await host.DisposeAsync().AsTask().WaitAsync(StopLimit);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

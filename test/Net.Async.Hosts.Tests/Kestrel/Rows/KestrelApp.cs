using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Net.Async.Tests.Kestrel;

/// <summary>What an app is made of: each part may stay as it is.</summary>
internal sealed record Setup
{
    public Action<KestrelServerOptions> Kestrel { get; init; } = static kestrel => kestrel.Listen(IPAddress.Loopback, 0);

    public Action<IServiceCollection> Services { get; init; } = static _ => { };

    public Action<WebApplication> Map { get; init; } = static _ => { };

    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(5);
}

/// <summary>An ASP.NET Core app on one of the transports, and its log.</summary>
internal sealed class KestrelApp : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly OpenConnections _open;

    private KestrelApp(WebApplication app, LogBook log)
    {
        (_app, Log) = (app, log);
        _open = new OpenConnections(app.Services);
    }

    public LogBook Log { get; }

    public IReadOnlyList<Uri> Addresses => [.. _app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Select(static address => new Uri(address))];

    /// <summary>The factory that Kestrel asks first: the one that was registered last.</summary>
    public IConnectionListenerFactory Factory => _app.Services.GetServices<IConnectionListenerFactory>().Last();

    /// <summary>How many connections Kestrel's own meter says are open.</summary>
    public long Open => _open.Count;

    public static async Task<KestrelApp> StartAsync(string transport, Setup setup)
    {
        var app = Build(transport, setup);
        try
        {
            await app._app.StartAsync().Soon();
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>An app that is not started: what its container says about the transport.</summary>
    public static KestrelApp Build(string transport, Setup setup)
    {
        var log = new LogBook();
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Debug);
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(setup.Kestrel).UseShutdownTimeout(setup.ShutdownTimeout);
        Transports.Use(transport, builder);
        setup.Services(builder.Services);
        var app = builder.Build();
        setup.Map(app);
        return new KestrelApp(app, log);
    }

    public int Port(int number = 0) => Addresses[number].Port;

    public IPEndPoint EndPoint(int number = 0) => new(IPAddress.Loopback, Port(number));

    public async Task StopAsync() => await _app.StopAsync().Soon();

    /// <summary>Waits until Kestrel has let go of every connection, those included that clients have dialled and it may not have seen.</summary>
    public Task QuietAsync(int dialled = 0) => Eventually.IsAsync(
        () => Log.Counts is var (accepted, stopped) && accepted == stopped && accepted >= dialled && Open == 0,
        () => $"{Log.Counts} accepted and stopped, {Open} open, {dialled} dialled");

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync().Soon();
        _open.Dispose();
    }
}

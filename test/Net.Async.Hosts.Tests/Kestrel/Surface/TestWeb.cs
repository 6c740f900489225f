using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Net.Async.Tests.Kestrel;

/// <summary>A web application without the files and variables that a usual one reads, and its log. It answers every request with "hello".</summary>
internal sealed class TestWeb : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestWeb(WebApplication app, LogLines log) => (_app, Log) = (app, log);

    public LogLines Log { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>What Kestrel says it listens on, in its own order.</summary>
    public IReadOnlyList<string> Addresses => [.. _app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses];

    /// <summary>The first address, which is one of an IP end point.</summary>
    public IPEndPoint EndPoint => IPEndPoint.Parse(new Uri(Addresses[0]).Authority);

    public static async Task<TestWeb> StartAsync(Action<WebApplicationBuilder> build, Action<WebApplication>? map = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Test" });
        var log = new LogLines();
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Debug);
        // No port of a default that another program may have.
        builder.WebHost.UseUrls();
        build(builder);
        var app = builder.Build();
        app.MapGet("/", static () => "hello");
        map?.Invoke(app);
        try
        {
            await app.StartAsync().Soon();
            return new TestWeb(app, log);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>One end point at a free port of 127.0.0.1.</summary>
    public static Action<WebApplicationBuilder> Listening(Action<ListenOptions> listen) => builder => builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen));

    public Task StopAsync() => _app.StopAsync().Soon();

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync().Soon();
        await _app.DisposeAsync();
    }
}

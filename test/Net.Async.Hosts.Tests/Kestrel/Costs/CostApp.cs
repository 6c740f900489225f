using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Net.Async.Tests.Kestrel;

/// <summary>An app without a log, on Kestrel's own transport or on ours: what a request costs there is compared.</summary>
internal sealed class CostApp : IAsyncDisposable
{
    public const int LargeSize = 1 << 20;

    private static readonly byte[] s_small = "Hello, World!"u8.ToArray();
    private static readonly byte[] s_large = new byte[LargeSize];

    private readonly WebApplication _app;

    private CostApp(WebApplication app) => _app = app;

    public int Port => new Uri(_app.Urls.First()).Port;

    /// <summary>The connection that was accepted last.</summary>
    public ConnectionContext? Connection { get; private set; }

    public static async Task<CostApp> StartAsync(bool isOurs)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.Logging.ClearProviders();
        CostApp? app = null;
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.Use(next => context =>
            {
                app!.Connection = context;
                return next(context);
            });
        }));
        if (isOurs)
            builder.WebHost.UseNetAsync();
        app = new CostApp(builder.Build());
        app._app.MapGet("/small", static context => AnswerAsync(context, s_small));
        app._app.MapGet("/large", static context => AnswerAsync(context, s_large));
        await app._app.StartAsync().Soon();
        return app;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync().Soon();

    private static Task AnswerAsync(HttpContext context, byte[] body)
    {
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body).AsTask();
    }
}

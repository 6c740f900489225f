using Microsoft.AspNetCore.Hosting;

namespace Net.Async.HostLoad;

/// <summary>The web application: as a new project has it, without its log, on one of the transports.</summary>
internal static class HostApp
{
    public const string NetAsync = "netasync", Sockets = "sockets";

    public static WebApplication Build(string transport, IReadOnlyList<ServedEndPoint> endPoints)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.Logging.ClearProviders();
        builder.Services.AddControllers();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            foreach (var endPoint in endPoints)
                endPoint.Listen(kestrel);
        });
        switch (transport)
        {
            case NetAsync:
                builder.WebHost.UseNetAsync();
                break;
            case Sockets:
                break;
            default:
                throw new UsageException($"'{transport}' is no transport; there are {NetAsync} and {Sockets}.");
        }

        var app = builder.Build();
        Routes.Map(app);
        return app;
    }
}

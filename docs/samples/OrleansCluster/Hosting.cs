using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OrleansCluster;

/// <summary>What a silo and a client have in common.</summary>
internal static class Hosting
{
    /// <summary>A host without any log, or with warnings on standard error.</summary>
    public static HostApplicationBuilder Builder(Arguments arguments)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.Configure<HostOptions>(static options => options.ShutdownTimeout = TimeSpan.FromSeconds(10));
        if (arguments.Log)
            builder.Logging.AddConsole(static options => options.LogToStandardErrorThreshold = LogLevel.Trace).SetMinimumLevel(LogLevel.Warning);
        return builder;
    }

    /// <summary>Waits until the process that started this one closes its input, or has ended.</summary>
    public static async Task InputEndsAsync()
    {
        using var input = Console.OpenStandardInput();
        var buffer = new byte[16];
        while (await input.ReadAsync(buffer) > 0)
        {
        }
    }
}

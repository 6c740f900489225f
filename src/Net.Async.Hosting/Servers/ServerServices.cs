using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Net.Async;

/// <summary>The services behind the servers of a host.</summary>
internal static class ServerServices
{
    public static void Add(IServiceCollection services, ServerDefinition definition)
    {
        var name = definition.Name;
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ServerMetrics>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, ServersService>());
        services.TryAddSingleton(FindUnreadSections);
        services.AddKeyedSingleton(name, definition);
        services.AddKeyedSingleton(name, (provider, _) => new ConfiguredServer(definition, provider.GetService<IConfiguration>()));
        services.AddKeyedSingleton(name, (provider, _) => MakeServer(provider, definition));
        services.AddSingleton(provider => provider.GetRequiredKeyedService<HostedServer>(name));
        // Before what was configured already.
        services.Insert(0, ServiceDescriptor.Singleton<IConfigureOptions<ServerOptions>>(provider => new HostDefaults(name, provider.GetRequiredService<IOptions<HostOptions>>())));
        services.AddSingleton<IPostConfigureOptions<ServerOptions>>(provider => provider.GetRequiredKeyedService<ConfiguredServer>(name));
        // A wrong value ends the start before any hosted service has started.
        services.AddOptions<ServerOptions>(name).ValidateOnStart();
    }

    private static UnreadSections FindUnreadSections(IServiceProvider provider)
    {
        var definitions = provider.GetServices<HostedServer>().Select(server => provider.GetRequiredKeyedService<ServerDefinition>(server.Name));
        var loggers = provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance;
        return new(provider.GetService<IConfiguration>(), [.. definitions], loggers.CreateLogger(HostingDiagnosticNames.ServerCategory.TrimEnd('.')));
    }

    private static HostedServer MakeServer(IServiceProvider provider, ServerDefinition definition)
    {
        var time = provider.GetRequiredService<TimeProvider>();
        var loggers = provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance;
        var log = new ServerLog(loggers.CreateLogger(HostingDiagnosticNames.ServerCategory + definition.Name));
        var metrics = new MetricsObserver(provider.GetRequiredService<ServerMetrics>(), definition.Name, time, log);
        var scopes = new ServerScopes(provider.GetRequiredService<IServiceScopeFactory>(), log);
        var settings = new ServerSettings(definition.Name, provider.GetRequiredService<IOptionsFactory<ServerOptions>>(), provider.GetRequiredKeyedService<ConfiguredServer>(definition.Name));
        return new HostedServer(new ServerRun(definition, settings, scopes, new ServerParts(definition, provider, log, metrics, time)));
    }
}

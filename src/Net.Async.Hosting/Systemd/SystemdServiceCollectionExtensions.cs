using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Net.Async;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Tells systemd how the servers of the host are.</summary>
public static class SystemdServiceCollectionExtensions
{
    /// <summary>
    /// Makes the host a notifying service of systemd (<c>Type=notify</c>): <c>READY=1</c> when every server listens and is served, <c>STOPPING=1</c> when the host begins to stop,
    /// both by <see cref="SystemdHostBuilderExtensions.AddSystemd"/>; and beside them <c>STATUS</c> with the addresses and connections, and <c>WATCHDOG=1</c> in half of the time of
    /// <c>WatchdogSec=</c>, unless a server's listening has failed. Without systemd it does nothing.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddSystemdNotifications(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddSystemd();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, SystemdStatusService>());
        return services;
    }
}

using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Net.Async;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Kestrel on the transport of Net.Async.</summary>
public static class NetAsyncTransportServiceCollectionExtensions
{
    /// <summary>Has Kestrel listen on the transport of Net.Async at IP addresses, Unix sockets and open descriptors. Other kinds of end points are left to the transports that are registered beside it.</summary>
    /// <remarks>Call it after Kestrel was added, as a web application's builder does by itself. It adds, and replaces nothing; a second call only adds its configuration.</remarks>
    /// <param name="services">The services of the application.</param>
    /// <param name="configure">Sets options; null for the defaults.</param>
    /// <returns>The services.</returns>
    /// <exception cref="ArgumentNullException">The services are null.</exception>
    public static IServiceCollection AddNetAsyncTransport(this IServiceCollection services, Action<NetAsyncTransportOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions();
        services.AddLogging();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConnectionListenerFactory, NetAsyncTransportFactory>());
        return Configured(services, configure);
    }

    /// <summary>Adds an <see cref="IConnectionFactory"/> that races the addresses of a name (RFC 8305) and asks the policy about each.</summary>
    /// <param name="services">The services of the application.</param>
    /// <param name="configure">Sets options, of which <see cref="NetAsyncTransportOptions.Connect"/> counts; null for the defaults.</param>
    /// <returns>The services.</returns>
    /// <exception cref="ArgumentNullException">The services are null.</exception>
    public static IServiceCollection AddNetAsyncConnectionFactory(this IServiceCollection services, Action<NetAsyncTransportOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions();
        services.TryAddSingleton<IConnectionFactory, NetAsyncConnectionFactory>();
        return Configured(services, configure);
    }

    private static IServiceCollection Configured(IServiceCollection services, Action<NetAsyncTransportOptions>? configure) =>
        configure is null ? services : services.Configure(configure);
}

using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;

namespace Net.Async;

/// <summary>Puts our transport under the keys of Orleans.</summary>
internal static class TransportRegistration
{
    private static readonly Func<IServiceProvider, object?, object> s_connector = static (provider, _) => provider.GetRequiredService<OrleansConnectionFactory>();
    private static readonly Func<IServiceProvider, object?, object> s_listener = static (provider, _) => provider.GetRequiredService<OrleansListenerFactory>();

    /// <summary>Registers it once for each key, behind every other registration: the last one is what Orleans gets.</summary>
    public static void Apply(IServiceCollection services, TransportKeys keys)
    {
        foreach (var key in keys.Connectors)
            MakeLast(services, typeof(IConnectionFactory), key, s_connector);
        foreach (var key in keys.Listeners)
            MakeLast(services, typeof(IConnectionListenerFactory), key, s_listener);
    }

    private static void MakeLast(IServiceCollection services, Type service, object key, Func<IServiceProvider, object?, object> factory)
    {
        for (var i = services.Count - 1; i >= 0; i--)
        {
            if (ReferenceEquals(services[i].ServiceKey, key) && services[i].KeyedImplementationFactory == factory)
                services.RemoveAt(i);
        }

        services.Add(ServiceDescriptor.DescribeKeyed(service, key, factory, ServiceLifetime.Singleton));
    }
}

using System.Reflection;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Net.Async;

/// <summary>The keys under which Orleans asks for its transport. They are internal to Orleans, and public on the descriptors of its services.</summary>
/// <remarks>Each is a plain <see cref="object"/>, which no other code can name: a registration of the user's own has a string, a type or an enumeration, and is left alone.</remarks>
internal sealed record TransportKeys(IReadOnlyList<object> Connectors, IReadOnlyList<object> Listeners)
{
    /// <summary>Finds the keys among the services.</summary>
    /// <param name="services">The services to which Orleans was added.</param>
    /// <param name="host">Silo or client, for the message.</param>
    /// <param name="listeners">How many listeners Orleans has there.</param>
    /// <exception cref="OrleansConfigurationException">There are not as many as this package knows.</exception>
    public static TransportKeys Find(IServiceCollection services, string host, int listeners)
    {
        var found = new TransportKeys(KeysOf<IConnectionFactory>(services), KeysOf<IConnectionListenerFactory>(services));
        if (found.Connectors.Count == 1 && found.Listeners.Count == listeners)
            return found;
        throw new OrleansConfigurationException(
            $"UseNetAsync expects 1 key for {nameof(IConnectionFactory)} and {listeners} for {nameof(IConnectionListenerFactory)} among the services of a {host}, each a plain object, as Orleans 10.4 registers them. "
            + $"It found {found.Connectors.Count} and {found.Listeners.Count}. Either it was called before Orleans was added (call it on the builder that {(listeners == 0 ? "UseOrleansClient" : "UseOrleans")} passes), "
            + $"or this version of Orleans ({Version}) takes its transport in another way: then use a version of Net.Async.Orleans that is made for it.");
    }

    private static string Version => typeof(ISiloBuilder).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split(". ", '+')[0] ?? "unknown";

    private static List<object> KeysOf<T>(IServiceCollection services) =>
    [
        .. services.Where(static descriptor => descriptor.ServiceType == typeof(T))
            .Select(static descriptor => descriptor.ServiceKey)
            .OfType<object>()
            .Where(static key => key.GetType() == typeof(object))
            .Distinct(),
    ];
}

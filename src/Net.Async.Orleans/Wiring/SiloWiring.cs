using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Configuration;

namespace Net.Async;

/// <summary>What a silo needs among its services.</summary>
internal static class SiloWiring
{
    private const int ListenerCount = 2; // for silos, and for clients

    /// <summary>Adds it. A second call changes nothing, unless another transport was registered between the two.</summary>
    public static void Apply(IServiceCollection services)
    {
        var keys = TransportKeys.Find(services, "silo", ListenerCount);
        TransportRegistration.Apply(services, keys);
        if (services.Any(static descriptor => descriptor.ServiceType == typeof(OrleansListenerFactory)))
            return;
        services.AddOptions<OrleansSiloOptions>();
        services.AddSingleton(static provider => new OrleansListenerFactory(Options(provider), Messaging(provider), provider.GetRequiredService<IOptions<EndpointOptions>>()));
        services.AddSingleton(static provider => new OrleansConnectionFactory(Options(provider).Outbound, Messaging(provider)));
        services.AddSingleton<IConfigurationValidator>(provider => new TransportValidator(provider, keys));
    }

    private static OrleansSiloOptions Options(IServiceProvider provider) => provider.GetRequiredService<IOptions<OrleansSiloOptions>>().Value with { };

    private static SiloMessagingOptions Messaging(IServiceProvider provider) => provider.GetRequiredService<IOptions<SiloMessagingOptions>>().Value;
}

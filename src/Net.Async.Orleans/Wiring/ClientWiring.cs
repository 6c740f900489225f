using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Configuration;

namespace Net.Async;

/// <summary>What a client needs among its services.</summary>
internal static class ClientWiring
{
    /// <summary>Adds it. A second call changes nothing, unless another transport was registered between the two.</summary>
    public static void Apply(IServiceCollection services)
    {
        var keys = TransportKeys.Find(services, "client", listeners: 0);
        TransportRegistration.Apply(services, keys);
        if (services.Any(static descriptor => descriptor.ServiceType == typeof(OrleansConnectionFactory)))
            return;
        services.AddOptions<OrleansClientOptions>();
        services.AddSingleton(static provider => new OrleansConnectionFactory(
            (provider.GetRequiredService<IOptions<OrleansClientOptions>>().Value with { }).Outbound,
            provider.GetRequiredService<IOptions<ClientMessagingOptions>>().Value));
        services.AddSingleton<IConfigurationValidator>(provider => new TransportValidator(provider, keys));
    }
}

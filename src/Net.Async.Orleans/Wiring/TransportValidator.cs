using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;

namespace Net.Async;

/// <summary>Asks at the start, as Orleans will, for the transport: a registration that came after ours would take its place silently.</summary>
internal sealed class TransportValidator(IServiceProvider provider, TransportKeys keys) : IConfigurationValidator
{
    /// <exception cref="OrleansConfigurationException">Another transport is registered behind ours.</exception>
    public void ValidateConfiguration()
    {
        foreach (var key in keys.Connectors)
            Check<OrleansConnectionFactory>(provider.GetRequiredKeyedService<IConnectionFactory>(key));
        foreach (var key in keys.Listeners)
            Check<OrleansListenerFactory>(provider.GetRequiredKeyedService<IConnectionListenerFactory>(key));
    }

    private static void Check<TOurs>(object registered)
    {
        if (registered is not TOurs)
        {
            throw new OrleansConfigurationException(
                $"UseNetAsync was called, and {registered.GetType()} was registered after it and would be the transport. Remove one of the two, or call UseNetAsync last. "
                + "A test cluster registers one in memory unless its ConnectionTransport is TcpSocket.");
        }
    }
}

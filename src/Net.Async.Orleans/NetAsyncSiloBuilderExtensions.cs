using Microsoft.Extensions.DependencyInjection;
using Net.Async;
using Orleans.Hosting;

namespace Microsoft.Extensions.Hosting;

/// <summary>Puts a silo on the transport of Net.Async.</summary>
public static class NetAsyncSiloBuilderExtensions
{
    /// <summary>Connections between silos, from clients and to other silos run on the transport of Net.Async instead of Orleans' own sockets.</summary>
    /// <remarks>
    /// The order of the calls on the builder does not matter, and a second call adds to the options of the first. When another transport is registered after this call,
    /// the silo's start fails and says so. Orleans' <c>SocketConnectionOptions</c> have no effect any more; its connection middleware, TLS included, has.
    /// </remarks>
    /// <param name="builder">The builder that <c>UseOrleans</c> passes.</param>
    /// <param name="configure">Changes the options; null for the defaults. It is called once, when the silo is made.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="Orleans.Runtime.OrleansConfigurationException">The services have no transport of Orleans that could be replaced: its version is none that this package knows, or Orleans is not added yet.</exception>
    public static ISiloBuilder UseNetAsync(this ISiloBuilder builder, Action<OrleansSiloOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        SiloWiring.Apply(builder.Services);
        if (configure is not null)
            builder.Services.Configure(configure);
        return builder;
    }
}

using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;
using Net.Async;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Clients of HttpClientFactory that connect through a connector, or with a guard.</summary>
/// <remarks>
/// Both change the primary handler when everything else has set it up, in whatever order the calls come; it must be a <see cref="SocketsHttpHandler"/> (the default, or
/// <c>UseSocketsHttpHandler</c>). Another primary handler connects by itself: making the client fails then, and the message says so.
/// </remarks>
public static class NetAsyncHttpClientBuilderExtensions
{
    /// <summary>Makes the client connect through a connector; see <see cref="SocketsHttpHandlerExtensions.UseConnector"/>. It chooses how to connect, and is no guard.</summary>
    /// <param name="builder">The client.</param>
    /// <param name="connector">Who connects. It is not disposed.</param>
    public static IHttpClientBuilder UseConnector(this IHttpClientBuilder builder, Connector connector)
    {
        ArgumentNullException.ThrowIfNull(connector);
        return builder.UseConnector(_ => connector);
    }

    /// <summary>Makes the client connect through a connector; see <see cref="SocketsHttpHandlerExtensions.UseConnector"/>. It chooses how to connect, and is no guard.</summary>
    /// <param name="builder">The client.</param>
    /// <param name="factory">Gets the connector, for each handler that the factory makes.</param>
    public static IHttpClientBuilder UseConnector(this IHttpClientBuilder builder, Func<IServiceProvider, Connector> factory)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return Add(builder, connecting => connecting.Connector = factory);
    }

    /// <summary>Guards the client: each connection is made only where the policy allows, whatever address a URL, a redirect or a name leads to; see <see cref="GuardedHttpHandler"/>.</summary>
    /// <param name="builder">The client.</param>
    /// <param name="policy">Where connections may lead, <see cref="ConnectionPolicy.PublicInternet"/> for example.</param>
    /// <exception cref="ArgumentException">The policy is <see cref="ConnectionPolicy.AllowAll"/>, which guards nothing.</exception>
    public static IHttpClientBuilder UseConnectionGuard(this IHttpClientBuilder builder, ConnectionPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        if (ReferenceEquals(policy, ConnectionPolicy.AllowAll))
            throw new ArgumentException($"The policy is {nameof(ConnectionPolicy)}.{nameof(ConnectionPolicy.AllowAll)}, which guards nothing.", nameof(policy));
        return builder.UseConnectionGuard(_ => new HappyEyeballsOptions { Policy = policy });
    }

    /// <summary>Guards the client, with options for connecting; see <see cref="GuardedHttpHandler"/>.</summary>
    /// <param name="builder">The client.</param>
    /// <param name="factory">Gets the options, with their <see cref="HappyEyeballsOptions.Policy"/>, for each handler that the factory makes.</param>
    public static IHttpClientBuilder UseConnectionGuard(this IHttpClientBuilder builder, Func<IServiceProvider, HappyEyeballsOptions> factory)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return Add(builder, connecting => connecting.Guard = factory);
    }

    private static IHttpClientBuilder Add(IHttpClientBuilder builder, Action<HttpConnecting> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        // The first filter is the outermost: nothing of another filter comes after it.
        if (!services.Any(static service => service.ImplementationType == typeof(HttpConnectingFilter)))
            services.Insert(0, ServiceDescriptor.Singleton<IHttpMessageHandlerBuilderFilter, HttpConnectingFilter>());
        // Without a name it is about every client (ConfigureHttpClientDefaults).
        services.AddSingleton<IConfigureOptions<HttpConnecting>>(new ConfigureNamedOptions<HttpConnecting>(builder.Name ?? HttpConnecting.OfEveryClient, configure));
        return builder;
    }
}

using Microsoft.Extensions.DependencyInjection;
using Net.Async;

namespace Microsoft.AspNetCore.Hosting;

/// <summary>Kestrel on the transport of Net.Async, for those who configure a web host.</summary>
public static class NetAsyncWebHostBuilderExtensions
{
    /// <summary>Has Kestrel listen on the transport of Net.Async: the same as <see cref="NetAsyncTransportServiceCollectionExtensions.AddNetAsyncTransport"/>.</summary>
    /// <param name="builder">The builder, for example <c>builder.WebHost</c>.</param>
    /// <param name="configure">Sets options; null for the defaults.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException">The builder is null.</exception>
    public static IWebHostBuilder UseNetAsync(this IWebHostBuilder builder, Action<NetAsyncTransportOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.ConfigureServices(services => services.AddNetAsyncTransport(configure));
    }
}

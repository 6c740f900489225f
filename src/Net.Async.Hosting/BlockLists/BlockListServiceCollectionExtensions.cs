using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Net.Async;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds block lists to a host: they are loaded before anything starts, and loaded anew while it runs.</summary>
/// <remarks>
/// A list is a keyed service under its name: <see cref="BlockList"/>, <see cref="ConnectionPolicy"/>, and <see cref="HostedBlockList"/> with its age and its last error.
/// A loading that fails, or brings a list that is much shorter (<see cref="BlockListLoadOptions.MaxShrinkRatio"/>), leaves the last good list in place.
/// </remarks>
public static class BlockListServiceCollectionExtensions
{
    /// <summary>Adds a list from a file or from an address of the web.</summary>
    /// <param name="services">The services.</param>
    /// <param name="name">Not empty, without colons, and no other list's; case does not count.</param>
    /// <param name="source">A path, or a text that begins with <c>http://</c> or <c>https://</c>.</param>
    /// <param name="configure">Changes the options; null for the defaults.</param>
    /// <exception cref="ArgumentException">The name is empty, has a colon, or is another list's; or the source is empty or no URL.</exception>
    public static BlockListBuilder AddBlockList(this IServiceCollection services, string name, string source, Action<HostedBlockListOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(source);
        if (!IsUrl(source))
            return Add(services, name, _ => new FileBlockListSource(source), configure);
        if (!Uri.TryCreate(source, UriKind.Absolute, out var uri))
            throw new ArgumentException($"'{source}' is no URL.", nameof(source));
        return services.AddBlockList(name, () => new HttpRequestMessage(HttpMethod.Get, uri) { VersionPolicy = HttpVersionPolicy.RequestVersionOrLower, Version = HttpVersion.Version20 }, configure);
    }

    /// <summary>Adds a list that is requested over HTTP.</summary>
    /// <param name="services">The services.</param>
    /// <param name="name">Not empty, without colons, and no other list's; case does not count.</param>
    /// <param name="request">Makes the request of each loading, with its own headers for example.</param>
    /// <param name="configure">Changes the options; null for the defaults.</param>
    /// <exception cref="ArgumentException">The name is empty, has a colon, or is another list's.</exception>
    public static BlockListBuilder AddBlockList(this IServiceCollection services, string name, Func<HttpRequestMessage> request, Action<HostedBlockListOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Add(services, name, provider => new HttpBlockListSource(provider.GetRequiredService<IHttpClientFactory>(), BlockListBuilder.ClientName(name), request), configure);
    }

    private static BlockListBuilder Add(IServiceCollection services, string name, Func<IServiceProvider, BlockListSource> source, Action<HostedBlockListOptions>? configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ServiceNames.Check(name, "block list");
        if (services.Any(service => service.IsKeyedService && service.ServiceType == typeof(HostedBlockList) && string.Equals((string?)service.ServiceKey, name, StringComparison.OrdinalIgnoreCase)))
            throw new ArgumentException($"There is a block list '{name}' already.", nameof(name));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, BlockListsService>());
        // What the body holds in the end is bounded by the options, compressed or not.
        services.AddHttpClient(BlockListBuilder.ClientName(name)).UseSocketsHttpHandler(static (handler, _) => handler.AutomaticDecompression = DecompressionMethods.All);
        services.AddKeyedSingleton(name, (provider, _) => new HostedBlockList(Make(provider, name, source(provider))));
        services.AddSingleton(provider => provider.GetRequiredKeyedService<HostedBlockList>(name));
        services.AddKeyedSingleton(name, static (provider, key) => provider.GetRequiredKeyedService<HostedBlockList>(key).List);
        services.TryAddKeyedSingleton<ConnectionPolicy>(name, static (provider, key) => provider.GetRequiredKeyedService<BlockList>(key));
        services.AddSingleton<IPostConfigureOptions<HostedBlockListOptions>>(provider => new ConfiguredBlockList(name, provider.GetService<IConfiguration>()));
        services.AddOptions<HostedBlockListOptions>(name).ValidateOnStart();
        if (configure is not null)
            services.Configure(name, configure);
        return new BlockListBuilder(services, name);
    }

    private static BlockListRun Make(IServiceProvider provider, string name, BlockListSource source)
    {
        var loggers = provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance;
        var log = new BlockListLog(loggers.CreateLogger(HostingDiagnosticNames.BlockListCategory + name));
        var options = provider.GetRequiredService<IOptionsMonitor<HostedBlockListOptions>>().Get(name) with { };
        return new BlockListRun(name, source, options, log, provider.GetRequiredService<TimeProvider>());
    }

    private static bool IsUrl(string source) => source.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || source.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
}

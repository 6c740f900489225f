using Microsoft.Extensions.DependencyInjection;

namespace Net.Async;

/// <summary>Sets up one block list of the host. Every call returns the builder, and takes effect when the host starts.</summary>
public sealed class BlockListBuilder
{
    internal BlockListBuilder(IServiceCollection services, string name) => (Services, Name) = (services, name);

    /// <summary>The list's name.</summary>
    public string Name { get; }

    /// <summary>The services to which the list was added.</summary>
    public IServiceCollection Services { get; }

    /// <summary>The HttpClient that requests the list, to set up with <c>services.AddHttpClient(builder.HttpClientName)</c>: headers, credentials, a guard.</summary>
    public string HttpClientName => ClientName(Name);

    /// <summary>Changes the options. The configuration's section, <c>BlockLists:NAME</c>, comes after it, and over it.</summary>
    /// <param name="configure">Gets the options.</param>
    public BlockListBuilder Configure(Action<HostedBlockListOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        Services.Configure(Name, configure);
        return this;
    }

    /// <summary>Adds a health entry for the list, <c>blocklist:NAME</c>; see <see cref="NetAsyncHealthChecksBuilderExtensions.AddBlockList"/> for more.</summary>
    /// <param name="tags">To select entries by.</param>
    public BlockListBuilder AddHealthCheck(params IEnumerable<string> tags)
    {
        Services.AddHealthChecks().AddBlockList(Name, tags: tags);
        return this;
    }

    internal static string ClientName(string name) => HostingDiagnosticNames.BlockListCategory + name;
}

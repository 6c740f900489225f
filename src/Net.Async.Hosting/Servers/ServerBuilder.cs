using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Net.Async;

/// <summary>Sets up one server of the host. Every call returns the builder, and takes effect when the host starts.</summary>
public sealed class ServerBuilder
{
    private readonly ServerDefinition _definition;

    internal ServerBuilder(IServiceCollection services, ServerDefinition definition) => (Services, _definition) = (services, definition);

    /// <summary>The server's name.</summary>
    public string Name => _definition.Name;

    /// <summary>The services to which the server was added.</summary>
    public IServiceCollection Services { get; }

    /// <summary>Changes the options. The configuration's section comes after it, and over it.</summary>
    /// <param name="configure">Gets the options; called whenever they are made, at a reload too.</param>
    public ServerBuilder Configure(Action<ServerOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        Services.Configure(Name, configure);
        return this;
    }

    /// <summary>Changes the options with the help of a service. The configuration's section comes after it, and over it.</summary>
    /// <param name="configure">Gets the options and the services; called whenever they are made, at a reload too.</param>
    public ServerBuilder Configure(Action<ServerOptions, IServiceProvider> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        Services.AddOptions<ServerOptions>(Name).Configure(configure);
        return this;
    }

    /// <summary>Turns on every limit of a server that faces the public, with the values of <see cref="ServerOptions.Public"/>. Later calls, and the configuration, may change each.</summary>
    public ServerBuilder UsePublicLimits() => Configure(static options =>
    {
        var open = ServerOptions.Public();
        (options.MaxConnections, options.Limits, options.Connection.Limits) = (open.MaxConnections, open.Limits, open.Connection.Limits);
    });

    /// <summary>Names another section of the configuration.</summary>
    /// <param name="path">With colons between its parts; default: <c>Servers:NAME</c>.</param>
    /// <exception cref="ArgumentException">The path is null or empty.</exception>
    public ServerBuilder UseConfigurationSection(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _definition.SectionPath = path;
        return this;
    }

    /// <summary>Listens at one more address. What the configuration names comes instead of all of them.</summary>
    /// <param name="endPoint">As for <see cref="ServerServiceCollectionExtensions"/>.</param>
    /// <exception cref="FormatException">The text is not an end point.</exception>
    public ServerBuilder ListenOn(string endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        return ListenOn(ListenText.Parse(endPoint));
    }

    /// <summary>Listens at one more address. What the configuration names comes instead of all of them.</summary>
    /// <param name="endPoint">As for <see cref="Server.ListenAsync(EndPoint, ServerOptions?, CancellationToken)"/>.</param>
    public ServerBuilder ListenOn(EndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        return ListenOn(ListenText.Of(endPoint));
    }

    /// <summary>Listens on a transport of your own, or on a memory network in a test, instead of at end points.</summary>
    /// <param name="factory">Makes the listener, bound and not started, when the host starts. It belongs to the server.</param>
    /// <exception cref="InvalidOperationException">The server has end points.</exception>
    public ServerBuilder UseListener(Func<IServiceProvider, TransportListener> factory)
    {
        ArgumentNullException.ThrowIfNull(factory);
        if (_definition.EndPoints is [var first, ..])
            throw new InvalidOperationException($"The server '{Name}' listens at {first.Text}: it has end points, or a listener of its own, not both.");
        _definition.Listener = factory;
        return this;
    }

    /// <summary>Lets only those clients in that the policy allows; with several policies, those that every one allows.</summary>
    /// <param name="policy">Beside <see cref="ServerOptions.Policy"/>.</param>
    public ServerBuilder UsePolicy(ConnectionPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return UsePolicy(_ => policy);
    }

    /// <summary>Lets only those clients in that the policy allows; with several policies, those that every one allows.</summary>
    /// <param name="factory">Makes the policy when the host starts.</param>
    public ServerBuilder UsePolicy(Func<IServiceProvider, ConnectionPolicy> factory)
    {
        ArgumentNullException.ThrowIfNull(factory);
        _definition.Policies.Add(factory);
        return this;
    }

    /// <summary>Adds an observer. It hears everything, beside the log, the metrics and <see cref="ServerOptions.Observer"/>.</summary>
    /// <param name="observer">The observer.</param>
    public ServerBuilder AddObserver(ServerObserver observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        return AddObserver(_ => observer);
    }

    /// <summary>Adds an observer. It hears everything, beside the log, the metrics and <see cref="ServerOptions.Observer"/>.</summary>
    /// <param name="factory">Makes the observer when the host starts.</param>
    public ServerBuilder AddObserver(Func<IServiceProvider, ServerObserver> factory)
    {
        ArgumentNullException.ThrowIfNull(factory);
        _definition.Observers.Add(factory);
        return this;
    }

    /// <summary>Adds a health entry for the server, <c>server:NAME</c>; see <see cref="NetAsyncHealthChecksBuilderExtensions.AddServer"/> for more.</summary>
    /// <param name="tags">To select entries by.</param>
    public ServerBuilder AddHealthCheck(params IEnumerable<string> tags)
    {
        Services.AddHealthChecks().AddServer(Name, tags: tags);
        return this;
    }

    /// <summary>Denies the clients that a block list holds.</summary>
    /// <param name="blockList">The name given to <see cref="BlockListServiceCollectionExtensions"/>.</param>
    /// <exception cref="ArgumentException">The name is null or empty.</exception>
    public ServerBuilder UseBlockList(string blockList)
    {
        ArgumentException.ThrowIfNullOrEmpty(blockList);
        return UsePolicy(provider => provider.GetKeyedService<BlockList>(blockList)
            ?? throw new InvalidOperationException($"The server '{Name}' uses the block list '{blockList}', and there is none with this name: AddBlockList adds it."));
    }

    private ServerBuilder ListenOn(ListenText endPoint)
    {
        if (_definition.Listener is not null)
            throw new InvalidOperationException($"The server '{Name}' has a listener of its own: it has that, or end points, not both.");
        _definition.EndPoints.Add(endPoint);
        return this;
    }
}

using Microsoft.Extensions.DependencyInjection;

namespace Net.Async;

/// <summary>What the calls of the set-up say about one server. It is not changed once the host is built.</summary>
internal sealed class ServerDefinition(string name)
{
    /// <summary>Where the sections of servers are, unless they say otherwise.</summary>
    public const string Sections = "Servers";

    public string Name => name;

    /// <summary>Where its settings are in the configuration.</summary>
    public string SectionPath { get; set; } = $"{Sections}:{name}";

    /// <summary>Where to listen; what the configuration says comes instead.</summary>
    public List<ListenText> EndPoints { get; } = [];

    /// <summary>A listener of another transport, instead of end points.</summary>
    public Func<IServiceProvider, TransportListener>? Listener { get; set; }

    /// <summary>Makes the handler for every connection, once.</summary>
    public required Func<ServerScopes, Func<Connection, CancellationToken, Task>> Handler { get; init; }

    /// <summary>Observers that were added, beside the one of the options.</summary>
    public List<Func<IServiceProvider, ServerObserver>> Observers { get; } = [];

    /// <summary>Policies that were added, beside the one of the options.</summary>
    public List<Func<IServiceProvider, ConnectionPolicy>> Policies { get; } = [];

    public static ServerDefinition? Find(IServiceCollection services, string name) =>
        All(services).FirstOrDefault(definition => string.Equals(definition.Name, name, StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<ServerDefinition> All(IServiceCollection services) =>
        services.Where(static service => service.IsKeyedService && service.ServiceType == typeof(ServerDefinition)).Select(static service => (ServerDefinition)service.KeyedImplementationInstance!);
}

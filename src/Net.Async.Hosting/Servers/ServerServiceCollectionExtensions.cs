using System.Diagnostics.CodeAnalysis;
using System.Net;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Net.Async;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds servers to a host: they listen when it starts, and stop with it.</summary>
/// <remarks>
/// A name is the server's key for everything: its section of the configuration (<c>Servers:NAME</c>), its log category, its metrics, its health entry, and
/// <see cref="HostedServer"/> as a keyed service. End points as text are those of <see cref="Server.Listen(string, ServerOptions?)"/>,
/// names that are looked up, and <c>systemd:NAME</c>, the sockets that systemd passes under this name.
/// </remarks>
public static class ServerServiceCollectionExtensions
{
    /// <summary>Adds a server at one address.</summary>
    /// <param name="services">The services.</param>
    /// <param name="name">Not empty, without colons, and no other server's; case does not count.</param>
    /// <param name="endPoint">Where to listen, unless the configuration names other end points.</param>
    /// <param name="handler">Serves each connection, as for <see cref="Server.ServeAsync(Func{Connection, CancellationToken, Task}, CancellationToken)"/>.</param>
    /// <exception cref="ArgumentException">The name is empty, has a colon, or is another server's.</exception>
    /// <exception cref="FormatException">The text is not an end point.</exception>
    public static ServerBuilder AddServer(this IServiceCollection services, string name, string endPoint, Func<Connection, CancellationToken, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        return services.AddServer(name, [endPoint], handler);
    }

    /// <summary>Adds a server at several addresses: it listens on all of them, or the host's start fails.</summary>
    /// <param name="services">The services.</param>
    /// <param name="name">Not empty, without colons, and no other server's; case does not count.</param>
    /// <param name="endPoints">Where to listen, unless the configuration names other end points. Those with port 0 get the same port.</param>
    /// <param name="handler">Serves each connection.</param>
    /// <exception cref="ArgumentException">The name is empty, has a colon, or is another server's.</exception>
    /// <exception cref="FormatException">A text is not an end point.</exception>
    public static ServerBuilder AddServer(this IServiceCollection services, string name, IReadOnlyList<string> endPoints, Func<Connection, CancellationToken, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Add(services, name, Parsed(endPoints), _ => handler);
    }

    /// <summary>Adds a server at one address.</summary>
    /// <param name="services">The services.</param>
    /// <param name="name">Not empty, without colons, and no other server's; case does not count.</param>
    /// <param name="endPoint">Where to listen, unless the configuration names other end points.</param>
    /// <param name="handler">Serves each connection.</param>
    /// <exception cref="ArgumentException">The name is empty, has a colon, or is another server's.</exception>
    public static ServerBuilder AddServer(this IServiceCollection services, string name, EndPoint endPoint, Func<Connection, CancellationToken, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        ArgumentNullException.ThrowIfNull(handler);
        return Add(services, name, [ListenText.Of(endPoint)], _ => handler);
    }

    /// <summary>Adds a server whose addresses the configuration names (<c>Servers:NAME:EndPoints</c>), or calls of the builder.</summary>
    /// <param name="services">The services.</param>
    /// <param name="name">Not empty, without colons, and no other server's; case does not count.</param>
    /// <param name="handler">Serves each connection.</param>
    /// <exception cref="ArgumentException">The name is empty, has a colon, or is another server's.</exception>
    public static ServerBuilder AddServer(this IServiceCollection services, string name, Func<Connection, CancellationToken, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Add(services, name, [], _ => handler);
    }

    /// <summary>Adds a server at one address, whose handler is a class.</summary>
    /// <typeparam name="THandler">Made for each connection in a scope of its own, or as it was registered before.</typeparam>
    /// <param name="services">The services.</param>
    /// <param name="name">Not empty, without colons, and no other server's; case does not count.</param>
    /// <param name="endPoint">Where to listen, unless the configuration names other end points.</param>
    /// <exception cref="ArgumentException">The name is empty, has a colon, or is another server's.</exception>
    /// <exception cref="FormatException">The text is not an end point.</exception>
    public static ServerBuilder AddServer<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(this IServiceCollection services, string name, string endPoint)
        where THandler : class, IConnectionHandler
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        return services.AddServer<THandler>(name, [endPoint]);
    }

    /// <summary>Adds a server at several addresses, whose handler is a class.</summary>
    /// <typeparam name="THandler">Made for each connection in a scope of its own, or as it was registered before.</typeparam>
    /// <param name="services">The services.</param>
    /// <param name="name">Not empty, without colons, and no other server's; case does not count.</param>
    /// <param name="endPoints">Where to listen, unless the configuration names other end points. Those with port 0 get the same port.</param>
    /// <exception cref="ArgumentException">The name is empty, has a colon, or is another server's.</exception>
    /// <exception cref="FormatException">A text is not an end point.</exception>
    public static ServerBuilder AddServer<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(this IServiceCollection services, string name, IReadOnlyList<string> endPoints)
        where THandler : class, IConnectionHandler => AddHandler<THandler>(services, name, Parsed(endPoints));

    /// <summary>Adds a server whose handler is a class, and whose addresses the configuration names (<c>Servers:NAME:EndPoints</c>), or calls of the builder.</summary>
    /// <typeparam name="THandler">Made for each connection in a scope of its own, or as it was registered before.</typeparam>
    /// <param name="services">The services.</param>
    /// <param name="name">Not empty, without colons, and no other server's; case does not count.</param>
    /// <exception cref="ArgumentException">The name is empty, has a colon, or is another server's.</exception>
    public static ServerBuilder AddServer<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(this IServiceCollection services, string name)
        where THandler : class, IConnectionHandler => AddHandler<THandler>(services, name, []);

    private static ServerBuilder AddHandler<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(IServiceCollection services, string name, List<ListenText> endPoints)
        where THandler : class, IConnectionHandler
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddScoped<THandler>();
        return Add(services, name, endPoints, static scopes => scopes.HandleAsync<THandler>);
    }

    private static List<ListenText> Parsed(IReadOnlyList<string> endPoints)
    {
        ArgumentNullException.ThrowIfNull(endPoints);
        if (endPoints.Count == 0)
            throw new ArgumentException("There is no end point in the list.", nameof(endPoints));
        return [.. endPoints.Select(static text => ListenText.Parse(text ?? throw new ArgumentException("An end point is null.", nameof(endPoints))))];
    }

    private static ServerBuilder Add(IServiceCollection services, string name, List<ListenText> endPoints, Func<ServerScopes, Func<Connection, CancellationToken, Task>> handler)
    {
        ArgumentNullException.ThrowIfNull(services);
        ServiceNames.Check(name, "server");
        if (ServerDefinition.Find(services, name) is { } other)
            throw new ArgumentException($"There is a server '{other.Name}' already.", nameof(name));
        var definition = new ServerDefinition(name) { Handler = handler };
        definition.EndPoints.AddRange(endPoints);
        ServerServices.Add(services, definition);
        return new ServerBuilder(services, definition);
    }
}

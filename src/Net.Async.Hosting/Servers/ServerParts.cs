namespace Net.Async;

/// <summary>What surrounds one server: its log, its metrics, and the observers and policies that were added.</summary>
internal sealed class ServerParts(ServerDefinition definition, IServiceProvider services, ServerLog log, MetricsObserver metrics, TimeProvider time)
{
    public ServerLog Log => log;

    public MetricsObserver Metrics => metrics;

    /// <summary>The options with everything that observes the server and judges its clients.</summary>
    public ServerOptions Observe(ServerOptions options)
    {
        List<ServerObserver> observers = [new LoggingObserver(log, new TurnedAwayLog(log, time)), metrics];
        if (options.Observer is { } observer)
            observers.Add(observer);
        observers.AddRange(definition.Observers.Select(observer => Made(observer)));
        // "Allow all" first would hide that nothing is to be judged.
        List<ConnectionPolicy> policies = ReferenceEquals(options.Policy, ConnectionPolicy.AllowAll) ? [] : [options.Policy];
        policies.AddRange(definition.Policies.Select(policy => Made(policy)));
        return options with
        {
            Observer = new ObserverChain(observers),
            Policy = policies switch
            {
                [] => ConnectionPolicy.AllowAll,
                [var only] => only,
                _ => new EveryPolicy(policies),
            },
        };
    }

    /// <summary>What a factory of the user's makes; null is an error that names the server.</summary>
    public T Made<T>(Func<IServiceProvider, T?> factory)
        where T : class => factory(services) ?? throw new InvalidOperationException($"The factory of a {typeof(T).Name} of the server '{definition.Name}' returned null.");
}

using Microsoft.Extensions.DependencyInjection;

namespace Net.Async;

/// <summary>A server of the host, as other services and tests find it: a keyed service under the server's name, and one of all <see cref="HostedServer"/> services.</summary>
public sealed class HostedServer
{
    private readonly ServerRun _run;

    internal HostedServer(ServerRun run) => _run = run;

    /// <summary>The name given to <see cref="ServerServiceCollectionExtensions"/>.</summary>
    public string Name => _run.Name;

    /// <summary>Where it stands now.</summary>
    public HostedServerStatus Status => _run.Status;

    /// <summary>The server itself: its addresses with the ports that the system chose, its connections and counts. Also after the stop.</summary>
    /// <exception cref="InvalidOperationException">The host has not started it yet.</exception>
    public Server Server => _run.Server ?? throw new InvalidOperationException($"The server '{Name}' does not listen yet: the host makes it when the host starts.");

    internal ServerRun Run => _run;
}

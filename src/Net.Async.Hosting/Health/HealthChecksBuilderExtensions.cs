using Microsoft.Extensions.Diagnostics.HealthChecks;
using Net.Async;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Health entries of servers and block lists.</summary>
public static class NetAsyncHealthChecksBuilderExtensions
{
    /// <summary>Adds an entry for a server: healthy while it listens, degraded while it has as many connections as it may, else unhealthy.</summary>
    /// <remarks>Its data: <c>connections</c>, <c>limit</c>, <c>denied</c>, <c>dropped</c>, <c>handlerFailures</c>, <c>endPoints</c>.</remarks>
    /// <param name="builder">The health checks.</param>
    /// <param name="server">The server's name. The server may be added later.</param>
    /// <param name="name">The entry's name; null for <c>server:NAME</c>.</param>
    /// <param name="failureStatus">What a server that does not listen is; null for <see cref="HealthStatus.Unhealthy"/>.</param>
    /// <param name="tags">To select entries by.</param>
    /// <exception cref="ArgumentException">The server's name is null or empty.</exception>
    public static IHealthChecksBuilder AddServer(this IHealthChecksBuilder builder, string server, string? name = null, HealthStatus? failureStatus = null, IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(server);
        return builder.Add(new HealthCheckRegistration(name ?? $"server:{server}", provider => new ServerHealthCheck(provider.GetRequiredKeyedService<HostedServer>(server)), failureStatus, tags));
    }

    /// <summary>Adds an entry for a block list: healthy while it is fresh, degraded when it is older than <see cref="HostedBlockListOptions.MaxAge"/> or its last loading failed, unhealthy when it was never loaded.</summary>
    /// <remarks>Its data: <c>source</c>, <c>rules</c>, <c>age</c>, <c>lastLoaded</c>, <c>lastError</c>.</remarks>
    /// <param name="builder">The health checks.</param>
    /// <param name="blockList">The list's name. The list may be added later.</param>
    /// <param name="name">The entry's name; null for <c>blocklist:NAME</c>.</param>
    /// <param name="failureStatus">What a list that was never loaded is; null for <see cref="HealthStatus.Unhealthy"/>.</param>
    /// <param name="tags">To select entries by.</param>
    /// <exception cref="ArgumentException">The list's name is null or empty.</exception>
    public static IHealthChecksBuilder AddBlockList(this IHealthChecksBuilder builder, string blockList, string? name = null, HealthStatus? failureStatus = null, IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(blockList);
        return builder.Add(new HealthCheckRegistration(name ?? $"blocklist:{blockList}", provider => new BlockListHealthCheck(provider.GetRequiredKeyedService<HostedBlockList>(blockList)), failureStatus, tags));
    }
}

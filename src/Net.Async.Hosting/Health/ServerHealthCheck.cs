using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Net.Async;

/// <summary>A server that listens is healthy; at its limit of connections it is degraded; otherwise it has failed for those who ask.</summary>
internal sealed class ServerHealthCheck(HostedServer hosted) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Task.FromResult(Check(context.Registration.FailureStatus));
    }

    private HealthCheckResult Check(HealthStatus failure)
    {
        var status = hosted.Status;
        if (hosted.Run.Server is not { } server)
            return new(failure, $"The server '{hosted.Name}' does not listen: {status}.", hosted.Run.Failure);
        var (connections, limit) = (server.ConnectionCount, server.MaxConnections);
        var data = new Dictionary<string, object>
        {
            ["connections"] = connections,
            ["limit"] = limit is { } most ? most : "none",
            ["denied"] = server.Denied,
            ["dropped"] = server.Dropped,
            ["handlerFailures"] = server.HandlerFailures,
            ["endPoints"] = string.Join(", ", server.LocalEndPoints.Select(NetEndPoint.Format)),
        };
        if (status != HostedServerStatus.Listening)
            return new(failure, $"The server '{hosted.Name}' does not listen: {status}.", hosted.Run.Failure, data);
        return connections >= limit
            ? HealthCheckResult.Degraded($"The server '{hosted.Name}' has {connections} connections, as many as it may.", null, data)
            : HealthCheckResult.Healthy($"The server '{hosted.Name}' listens on {data["endPoints"]}.", data);
    }
}

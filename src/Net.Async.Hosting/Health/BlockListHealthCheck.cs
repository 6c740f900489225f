using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Net.Async;

/// <summary>A list that is fresh is healthy; one that could not be loaded anew, or is old, is degraded: it still denies what it denied.</summary>
internal sealed class BlockListHealthCheck(HostedBlockList hosted) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Task.FromResult(Check(context.Registration.FailureStatus));
    }

    private HealthCheckResult Check(HealthStatus failure)
    {
        var (age, state) = (hosted.Age, hosted.Run.State);
        var data = new Dictionary<string, object> { ["source"] = hosted.Run.ToString(), ["rules"] = hosted.List.Count };
        if (age is { } since)
            (data["age"], data["lastLoaded"]) = (since, state.LastLoaded!.Value);
        if (state.LastError is { } error)
            data["lastError"] = error.Message;
        if (age is null)
            return new(failure, $"The block list '{hosted.Name}' was not loaded yet.", state.LastError, data);
        if (state.LastError is not null)
            return HealthCheckResult.Degraded($"The block list '{hosted.Name}' could not be loaded anew; it is {age} old.", state.LastError, data);
        return hosted.Run.IsFresh ? HealthCheckResult.Healthy($"The block list '{hosted.Name}' is {age} old.", data) : HealthCheckResult.Degraded($"The block list '{hosted.Name}' is {age} old.", null, data);
    }
}

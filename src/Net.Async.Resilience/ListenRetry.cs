using System.Net;
using System.Runtime.CompilerServices;
using Polly;
using Polly.Retry;

namespace Net.Async;

/// <summary>Listens on an address that is still in use, or not yet there, as soon as it can be had.</summary>
public static class ListenRetry
{
    /// <summary>Listens; while another holds the address, waits and tries again.</summary>
    /// <param name="endPoint">As for <see cref="Server.ListenAsync(EndPoint, ServerOptions?, CancellationToken)"/>; a name is looked up anew for each attempt.</param>
    /// <param name="options">What the server starts with; null for the defaults.</param>
    /// <param name="retry">How often, how long and for which errors; null for the defaults: 30 times, a second apart.</param>
    /// <param name="cancellationToken">Ends the wait; nothing listens then.</param>
    /// <exception cref="ArgumentException">The end point is of a kind that cannot be listened on; it is tried once.</exception>
    /// <exception cref="ConnectionException">What the last attempt ended with, or the first one that does not pass.</exception>
    [OverloadResolutionPriority(1)] // new() is options.
    public static Task<Server> ListenAsync(EndPoint endPoint, ServerOptions? options = null, ListenRetryOptions? retry = null, CancellationToken cancellationToken = default) =>
        ListenAsync(endPoint, options is null ? null : options with { }, PipelineOf(retry is null ? new() : retry with { }), cancellationToken);

    /// <summary>Listens within a pipeline of your own.</summary>
    /// <param name="endPoint">As for the other overload.</param>
    /// <param name="options">What the server starts with; null for the defaults.</param>
    /// <param name="pipeline">What is around each attempt.</param>
    /// <param name="cancellationToken">Ends the wait; nothing listens then.</param>
    /// <exception cref="ArgumentException">The end point is of a kind that cannot be listened on.</exception>
    /// <exception cref="ConnectionException">What the last attempt ended with, or a strategy's refusal with Polly's exception inside; of a time limit <see cref="ConnectionError.TimedOut"/>.</exception>
    public static Task<Server> ListenAsync(EndPoint endPoint, ServerOptions? options, ResiliencePipeline pipeline, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        ArgumentNullException.ThrowIfNull(pipeline);
        return Execution.RunAsync(pipeline, "listen on", endPoint,
            static (listen, token) => new ValueTask<Server>(Server.ListenAsync(listen.endPoint, listen.options, token)), (endPoint, options), cancellationToken);
    }

    private static ResiliencePipeline PipelineOf(ListenRetryOptions retry)
    {
        if (retry.MaxAttempts == 1)
            return ResiliencePipeline.Empty;
        return new ResiliencePipelineBuilder { TimeProvider = retry.TimeProvider }.AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<ConnectionException>(exception => retry.Errors.Contains(exception.Error)),
            MaxRetryAttempts = retry.MaxAttempts - 1,
            BackoffType = DelayBackoffType.Constant,
            Delay = retry.Delay,
            OnRetry = Execution.Tell(retry.Retrying),
        }).Build();
    }
}

using System.Globalization;
using System.Net;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace Net.Async;

/// <summary>Runs something in a pipeline. What ends it leaves in the core's words: the caller's token, or a <see cref="ConnectionException"/> with Polly's inside.</summary>
internal static class Execution
{
    public static async Task<T> RunAsync<T, TState>(
        ResiliencePipeline pipeline, string what, EndPoint endPoint, Func<TState, CancellationToken, ValueTask<T>> run, TState state, CancellationToken cancellationToken)
    {
        try
        {
            return await pipeline.ExecuteAsync(run, state, cancellationToken).ConfigureAwait(false);
        }
        // The caller's token decides, not the exception's: the last failure before a cancelled wait would tell a cancellation as a refusal.
        catch (Exception exception) when (cancellationToken.IsCancellationRequested && exception is OperationCanceledException or ConnectionException or ExecutionRejectedException)
        {
            throw new OperationCanceledException($"Cancelled while trying to {what} {NetEndPoint.Format(endPoint)}.", exception, cancellationToken);
        }
        catch (OperationCanceledException exception)
        {
            // No token was cancelled: the connector gave up by itself, and the caller must not take that for a cancellation.
            throw new ConnectionException(ConnectionError.Aborted, $"Could not {what} {NetEndPoint.Format(endPoint)}: given up without being cancelled.", endPoint, exception);
        }
        catch (ExecutionRejectedException exception)
        {
            throw Rejected(what, endPoint, exception);
        }
    }

    /// <summary>Tells of a failure that another attempt follows; only errors of the core are ever retried here.</summary>
    public static Func<OnRetryArguments<object>, ValueTask>? Tell(IProgress<ConnectionException>? retrying) => retrying is null ? null : retry =>
    {
        retrying.Report((ConnectionException)retry.Outcome.Exception!);
        return ValueTask.CompletedTask;
    };

    // What a strategy's refusal is in the core's words; an open circuit is told by the error that opened it.
    private static ConnectionException Rejected(string what, EndPoint endPoint, ExecutionRejectedException exception)
    {
        var (error, why) = exception switch
        {
            TimeoutRejectedException timeout => (ConnectionError.TimedOut, $"not within {Seconds(timeout.Timeout)}"),
            BrokenCircuitException broken => (ErrorBehind(broken), Describe(broken)),
            _ => (ConnectionError.Unknown, exception.Message.TrimEnd('.')),
        };
        return new ConnectionException(error, $"Could not {what} {NetEndPoint.Format(endPoint)}: {why}.", endPoint, exception);
    }

    private static ConnectionError ErrorBehind(BrokenCircuitException broken) => broken.InnerException switch
    {
        ConnectionException connection => connection.Error,
        TimeoutRejectedException => ConnectionError.TimedOut,
        _ => ConnectionError.Unknown,
    };

    private static string Describe(BrokenCircuitException broken)
    {
        var open = broken.RetryAfter is { } left ? $"its circuit is open for another {Seconds(left)}" : "its circuit is open";
        return broken.InnerException is { } cause ? $"{open}, since: {cause.Message.TrimEnd('.')}" : open;
    }

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###} s");
}

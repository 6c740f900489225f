using System.Net;
using System.Runtime.CompilerServices;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace Net.Async;

/// <summary>Connects through another connector, and tries again what may pass: with growing waits, time limits, and a circuit breaker for each end point.</summary>
/// <remarks>Make one and share it: the circuits are its own. Safe for concurrent use if the connector behind it is.</remarks>
public sealed class ResilientConnector : Connector
{
    private readonly Connector _connector;
    private readonly Func<EndPoint, ResiliencePipeline> _pipelineOf;
    private readonly ResiliencePipeline _attempt;
    private readonly TimeSpan _grace;
    private readonly TimeProvider _time;

    /// <summary>Makes a connector with strategies by options: total time limit, retry, circuit breaker, time limit of an attempt, in this order.</summary>
    /// <param name="connector">Who makes each attempt.</param>
    /// <param name="options">Null for the defaults. They are copied.</param>
    [OverloadResolutionPriority(1)] // new() is options.
    public ResilientConnector(Connector connector, ResilientConnectorOptions? options = null)
        : this(connector, options = options is null ? new() : options with { }, PipelinesOf(options), Builder(options).AddTimeout(options.AttemptTimeout).Build())
    {
    }

    /// <summary>Makes a connector with a pipeline of your own; <see cref="TransientConnectionErrors.IsTransient"/> tells which failures it should handle.</summary>
    /// <param name="connector">Who makes each attempt.</param>
    /// <param name="pipeline">One for all end points: a circuit breaker in it is shared by them.</param>
    public ResilientConnector(Connector connector, ResiliencePipeline pipeline)
        : this(connector, new ResilientConnectorOptions(), _ => pipeline, ResiliencePipeline.Empty) => ArgumentNullException.ThrowIfNull(pipeline);

    private ResilientConnector(Connector connector, ResilientConnectorOptions options, Func<EndPoint, ResiliencePipeline> pipelineOf, ResiliencePipeline attempt)
    {
        ArgumentNullException.ThrowIfNull(connector);
        (_connector, _pipelineOf, _attempt) = (connector, pipelineOf, attempt);
        (_grace, _time) = (options.CancelGrace, options.TimeProvider);
    }

    /// <summary>Connects, again and again if need be.</summary>
    /// <param name="endPoint">Whatever the connector behind knows.</param>
    /// <param name="cancellationToken">Ends attempts and waits.</param>
    /// <exception cref="ArgumentException">The connector behind does not know the end point; it is asked once.</exception>
    /// <exception cref="ConnectionException">
    /// What the last attempt ended with; or a time limit passed (<see cref="ConnectionError.TimedOut"/>); or the circuit of the end point is open:
    /// then the error is the one that opened it, and the inner exception a <see cref="BrokenCircuitException"/>.
    /// </exception>
    /// <exception cref="OperationCanceledException">Your token, and nothing else.</exception>
    public override Task<Connection> ConnectAsync(EndPoint endPoint, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        return RunAsync(endPoint, (connector, token) => connector.ConnectAsync(endPoint, token), cancellationToken);
    }

    /// <inheritdoc/>
    public override Task<Connection> ConnectAsync(string host, int port, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(host);
        if (port is < 1 or > IPEndPoint.MaxPort)
            throw new ArgumentOutOfRangeException(nameof(port), port, "A port to connect to must be 1 to 65535.");
        // Only to name it: which hosts there are, the connector behind has its own word on.
        EndPoint endPoint = NetAddress.TryParse(host is ['[', .., ']'] ? host[1..^1] : host, out var address) ? new IPEndPoint(address, port) : new DnsEndPoint(host, port);
        return RunAsync(endPoint, (connector, token) => connector.ConnectAsync(host, port, token), cancellationToken);
    }

    private Task<Connection> RunAsync(EndPoint endPoint, Func<Connector, CancellationToken, Task<Connection>> connect, CancellationToken cancellationToken) =>
        Execution.RunAsync(_pipelineOf(endPoint), "connect to", endPoint,
            static (call, token) => new ValueTask<Connection>(call.Self.AttemptAsync(call.EndPoint, call.Connect, token)), (Self: this, EndPoint: endPoint, Connect: connect), cancellationToken);

    // Its time limit ends here, as an error of the core: the retry strategy sees one kind of error only.
    private Task<Connection> AttemptAsync(EndPoint endPoint, Func<Connector, CancellationToken, Task<Connection>> connect, CancellationToken cancellationToken) =>
        Execution.RunAsync(_attempt, "connect to", endPoint,
            static (call, token) => call.Self.ConnectOnceAsync(call.Connect, token), (Self: this, Connect: connect), cancellationToken);

    private async ValueTask<Connection> ConnectOnceAsync(Func<Connector, CancellationToken, Task<Connection>> connect, CancellationToken cancellationToken)
    {
        var connecting = connect(_connector, cancellationToken);
        await ((Task)connecting.WaitAsync(cancellationToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!cancellationToken.IsCancellationRequested)
            return await connecting.ConfigureAwait(false);
        // A connector that heeds its token has closed everything when it comes back: that is worth a moment. One that does not must not hold us up.
        await ((Task)connecting.WaitAsync(_grace, _time, CancellationToken.None)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ = connecting.ContinueWith(static late => AbortLate(late), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        throw new OperationCanceledException(cancellationToken);
    }

    // A time limit or the caller has ended the wait: no caller gets this connection.
    private static void AbortLate(Task<Connection> late)
    {
        if (late.IsCompletedSuccessfully)
            late.Result.Abort(new OperationCanceledException("Connected too late."));
        else
            _ = late.Exception;
    }

    private static Func<EndPoint, ResiliencePipeline> PipelinesOf(ResilientConnectorOptions options)
    {
        var builder = Builder(options).AddTimeout(options.TotalTimeout);
        if (options.MaxAttempts > 1)
            builder.AddRetry(RetryOf(options));
        var shared = builder.Build();
        return options.Circuit is { } circuit
            ? new Circuits(circuit.MaxEndPoints, () => Builder(options).AddPipeline(shared).AddCircuitBreaker(BreakerOf(options, circuit)).Build()).Of
            : _ => shared;
    }

    private static ResiliencePipelineBuilder Builder(ResilientConnectorOptions options) => new() { TimeProvider = options.TimeProvider };

    private static RetryStrategyOptions RetryOf(ResilientConnectorOptions options) => new()
    {
        ShouldHandle = new PredicateBuilder().Handle(options.IsTransient),
        MaxRetryAttempts = options.MaxAttempts - 1,
        BackoffType = DelayBackoffType.Exponential,
        Delay = options.Delay,
        MaxDelay = options.MaxDelay,
        UseJitter = options.Jitter,
        OnRetry = Execution.Tell(options.Retrying),
    };

    private static CircuitBreakerStrategyOptions BreakerOf(ResilientConnectorOptions options, CircuitOptions circuit) => new()
    {
        ShouldHandle = new PredicateBuilder().Handle(options.IsTransient),
        FailureRatio = circuit.FailureRatio,
        MinimumThroughput = circuit.MinAttempts,
        SamplingDuration = circuit.Window,
        BreakDuration = circuit.BreakDuration,
    };
}

using System.Net;

namespace Net.Async;

/// <summary>Connects through a proxy: another connector reaches the proxy, which is asked to connect onward.</summary>
/// <remarks>
/// The connection is the one to the proxy: its end points are those of that connection, and what the proxy sends behind its answer is its first input.
/// Derived are <see cref="Socks5Connector"/> and <see cref="HttpProxyConnector"/>.
/// </remarks>
public abstract class ProxyConnector : Connector
{
    private readonly Connector _connector;
    private readonly ProxyTargets _targets;

    private protected ProxyConnector(EndPoint proxy, ProxyConnectorOptions? options, Connector? connector)
    {
        ArgumentNullException.ThrowIfNull(proxy);
        Options = options is null ? new() : options with { };
        if (Options.UserName is null != Options.Password is null)
            throw new ArgumentException($"{nameof(ProxyConnectorOptions.UserName)} and {nameof(ProxyConnectorOptions.Password)} go together: one of them is null.", nameof(options));
        Proxy = HostEndPoint.Check(proxy);
        _connector = connector ?? new HappyEyeballsConnector();
        _targets = new ProxyTargets(Options);
    }

    /// <summary>Where the proxy is.</summary>
    public EndPoint Proxy { get; }

    /// <summary>Whether a policy judges the addresses that the proxy is asked for.</summary>
    internal bool IsGuard => Options.Policy is { AllowsAll: false };

    private protected ProxyConnectorOptions Options { get; }

    /// <summary>Connects through the proxy.</summary>
    /// <param name="endPoint">An address or a name, with a port of 1 to 65535.</param>
    /// <param name="cancellationToken">Ends everything at once; nothing stays open.</param>
    /// <exception cref="ArgumentException">The end point is of another kind.</exception>
    /// <exception cref="ConnectionException">
    /// The proxy could not be reached, it refused, its answer was malformed, the policy denies the end point (<see cref="ConnectionError.Denied"/>), or the time limit passed (<see cref="ConnectionError.TimedOut"/>).
    /// The text names both the end point and the proxy; <see cref="ConnectionException.Attempts"/> has the addresses that the proxy was asked for.
    /// </exception>
    public sealed override Task<Connection> ConnectAsync(EndPoint endPoint, CancellationToken cancellationToken = default)
    {
        endPoint = HostEndPoint.Check(endPoint);
        if (endPoint is not (IPEndPoint or DnsEndPoint))
            throw new ArgumentException($"{NetEndPoint.Format(endPoint)} is no address and no name: a proxy connects to nothing else.", nameof(endPoint));
        return RunAsync(endPoint, cancellationToken);
    }

    /// <summary>Asks the proxy for the target on a new connection. What it says behind its answer stays in the connection.</summary>
    /// <exception cref="ConnectionException">It did not answer as its protocol says.</exception>
    private protected abstract ValueTask<ProxyAnswer> AskAsync(Connection connection, EndPoint target, CancellationToken cancellationToken);

    private async Task<Connection> RunAsync(EndPoint endPoint, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var limit = new CancellationTokenSource(Options.ConnectTimeout, Options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var run = new ProxyRun(Options, endPoint, Proxy);
        try
        {
            foreach (var target in await _targets.FindAsync(run, either.Token).ConfigureAwait(false))
            {
                if (await TryAsync(run, target, either.Token).ConfigureAwait(false) is { } connection)
                    return connection;
            }
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            // The caller's token has the caller's name on it.
            cancellationToken.ThrowIfCancellationRequested();
            throw run.TimedOut();
        }

        throw run.Refused();
    }

    private async ValueTask<Connection?> TryAsync(ProxyRun run, EndPoint target, CancellationToken cancellationToken)
    {
        run.Begin(target);
        Connection? connection = null;
        try
        {
            connection = await _connector.ConnectAsync(Proxy, cancellationToken).ConfigureAwait(false);
            var answer = await AskAsync(connection, target, cancellationToken).ConfigureAwait(false);
            run.End(answer);
            if (answer.IsConnected)
                return connection;
            await AbandonAsync(connection, null).ConfigureAwait(false);
            return null;
        }
        catch (Exception exception)
        {
            await AbandonAsync(connection, exception).ConfigureAwait(false);
            throw exception is ConnectionException failure && !cancellationToken.IsCancellationRequested ? run.Failed(failure) : exception;
        }
    }

    private static async ValueTask AbandonAsync(Connection? connection, Exception? reason)
    {
        if (connection is null)
            return;
        connection.Abort(reason);
        await connection.DisposeAsync().ConfigureAwait(false);
    }
}

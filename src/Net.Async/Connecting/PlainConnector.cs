using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>One attempt to one address; of a name, one address after the other until one answers.</summary>
internal sealed class PlainConnector(ConnectionOptions options, Resolver resolver, TimeSpan connectTimeout) : Connector
{
    private const int MostAddresses = 64;

    public override Task<Connection> ConnectAsync(EndPoint endPoint, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        return ConnectInTimeAsync(endPoint is DnsEndPoint ? endPoint : TransportEndPoint.Check(endPoint), cancellationToken);
    }

    private async Task<Connection> ConnectInTimeAsync(EndPoint endPoint, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var limit = new CancellationTokenSource(connectTimeout, options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await ConnectToAnyAsync(endPoint, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new ConnectionException(ConnectionError.TimedOut,
                $"Could not connect to {NetEndPoint.Format(endPoint)}: timed out after {connectTimeout.TotalSeconds} s.", endPoint);
        }
    }

    private async Task<Connection> ConnectToAnyAsync(EndPoint endPoint, CancellationToken cancellationToken)
    {
        var started = options.TimeProvider.GetTimestamp();
        var attempts = new List<ConnectAttempt>(1);
        if (endPoint is not DnsEndPoint name)
            return await AttemptAsync(endPoint, attempts, started, cancellationToken).ConfigureAwait(false);
        var addresses = await HostAddresses.FindAsync(resolver, name, cancellationToken).ConfigureAwait(false);
        var count = Math.Min(addresses.Count, MostAddresses);
        for (var i = 0; ; i++)
        {
            try
            {
                return await AttemptAsync(new IPEndPoint(addresses[i].Fold(), name.Port), attempts, started, cancellationToken).ConfigureAwait(false);
            }
            catch (ConnectionException) when (i + 1 < count)
            {
                // The attempt is in the list; the next address may answer.
            }
        }
    }

    private async Task<Connection> AttemptAsync(EndPoint endPoint, List<ConnectAttempt> attempts, long started, CancellationToken cancellationToken)
    {
        var begun = options.TimeProvider.GetTimestamp();
        try
        {
            var stream = await IoEngine.Default.ConnectAsync(endPoint, options.ToSettings(), cancellationToken).ConfigureAwait(false);
            attempts.Add(Attempt(null));
            var connection = new StreamConnection(stream, options, attempts: attempts);
            connection.Start();
            return connection;
        }
        catch (ConnectionException exception)
        {
            attempts.Add(Attempt(exception));
            throw;
        }

        ConnectAttempt Attempt(Exception? error) =>
            new(endPoint, options.TimeProvider.GetElapsedTime(started, begun), options.TimeProvider.GetElapsedTime(begun), error);
    }
}

namespace Net.Async;

/// <summary>HttpClient over the connectors of this library.</summary>
public static class SocketsHttpHandlerExtensions
{
    /// <summary>Makes the handler connect through a connector: HTTP/1.1 and HTTP/2, with and without TLS, and to proxies.</summary>
    /// <remarks>
    /// It replaces <see cref="SocketsHttpHandler.ConnectCallback"/>. HTTP/3 does not connect through it, and a proxy resolves the target itself:
    /// this chooses how to connect, and is no guard for where to.
    /// A name that has no address, or could not be looked up, is <see cref="HttpRequestError.NameResolutionError"/>; every other failure of the connector, a denial and its time limit too,
    /// is <see cref="HttpRequestError.ConnectionError"/> with the <see cref="ConnectionException"/> inside, which <see cref="HttpRequestExceptionExtensions.GetConnectionException"/> finds either way.
    /// </remarks>
    /// <param name="handler">The handler.</param>
    /// <param name="connector">Who connects; <see cref="SocketsHttpHandler.ConnectTimeout"/> bounds each connect beside its own limit.</param>
    /// <returns>The handler.</returns>
    public static SocketsHttpHandler UseConnector(this SocketsHttpHandler handler, Connector connector)
    {
        ArgumentNullException.ThrowIfNull(handler);
        ArgumentNullException.ThrowIfNull(connector);
        handler.ConnectCallback = async (context, cancellationToken) =>
        {
            try
            {
                var connection = await connector.ConnectAsync(context.DnsEndPoint, cancellationToken).ConfigureAwait(false);
                return connection.AsStream();
            }
            catch (ConnectionException exception) when (IsOfTheLookup(exception))
            {
                throw new LookupSocketException(exception);
            }
        };
        return handler;
    }

    // Also one that did not end in time, when it left nothing to try.
    private static bool IsOfTheLookup(ConnectionException exception) => exception.Error is ConnectionError.HostNotFound or ConnectionError.LookupFailed
        || exception is { Error: ConnectionError.TimedOut, Attempts.Count: 0, LookupErrors.Count: > 0 };
}

namespace Net.Async;

/// <summary>HttpClient over our connectors.</summary>
public static class HttpConnecting
{
    extension(SocketsHttpHandler handler)
    {
        /// <summary>Makes the handler connect through a connector: HTTP/1.1 and HTTP/2, with and without TLS, and to proxies.</summary>
        /// <remarks>
        /// It replaces <see cref="SocketsHttpHandler.ConnectCallback"/>. HTTP/3 does not connect through it, and a proxy resolves the target itself:
        /// this chooses how to connect, and is no guard for where to.
        /// </remarks>
        /// <param name="connector">Who connects; <see cref="SocketsHttpHandler.ConnectTimeout"/> bounds each connect beside its own limit.</param>
        /// <returns>The handler.</returns>
        public SocketsHttpHandler UseConnector(Connector connector)
        {
            ArgumentNullException.ThrowIfNull(handler);
            ArgumentNullException.ThrowIfNull(connector);
            handler.ConnectCallback = async (context, cancellationToken) =>
            {
                var connection = await connector.ConnectAsync(context.DnsEndPoint, cancellationToken).ConfigureAwait(false);
                return connection.AsStream();
            };
            return handler;
        }
    }
}

using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Net.Async;

/// <summary>A server as Orleans sees it: it asks for each connection.</summary>
internal sealed class OrleansListener(Server server) : IConnectionListener
{
    public EndPoint EndPoint => server.LocalEndPoint;

    /// <returns>Null once nothing is accepted any more.</returns>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return new OrleansConnectionContext(await server.AcceptAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (ConnectionException exception) when (exception.Error == ConnectionError.Closed)
        {
            return null;
        }
    }

    /// <summary>Orleans closes its connections only behind this: it never throws because the caller's time is over. The unbind itself continues then.</summary>
    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            await server.UnbindAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The shutdown's time is over: what comes next is the close of the connections.
        }
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();
}

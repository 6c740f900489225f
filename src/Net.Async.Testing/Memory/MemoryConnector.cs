using System.Net;

namespace Net.Async.Testing;

/// <summary>Connects to the servers of its network: an address directly, a name through the network's resolver.</summary>
internal sealed class MemoryConnector(MemoryAddresses addresses, Resolver? resolver, ConnectionOptions options, int bufferSize) : Connector
{
    public override async Task<Connection> ConnectAsync(EndPoint endPoint, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        cancellationToken.ThrowIfCancellationRequested();
        options.AbortToken.ThrowIfCancellationRequested();
        // HttpClient gives an address as a name: policies judge addresses, and a host shows them.
        if (endPoint is DnsEndPoint literal && NetAddress.TryParse(literal.Host, out var address))
            endPoint = new IPEndPoint(address, literal.Port);
        if (addresses.Find(endPoint) is { } listener)
            return Meet(listener, endPoint);
        if (endPoint is not DnsEndPoint name || resolver is null)
            throw Refused(endPoint);
        foreach (var found in await ResolveAsync(resolver, name, cancellationToken).ConfigureAwait(false))
        {
            var target = new IPEndPoint(found, name.Port);
            if (addresses.Find(target) is { } meeting)
                return Meet(meeting, target);
        }

        throw Refused(endPoint);
    }

    // As the connector over sockets says it: a resolver that fails is no name without an address.
    private static async ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(Resolver resolver, DnsEndPoint name, CancellationToken cancellationToken)
    {
        try
        {
            return await resolver.ResolveAsync(name.Host, name.AddressFamily, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not ConnectionException && !cancellationToken.IsCancellationRequested)
        {
            throw new ConnectionException(ConnectionError.LookupFailed,
                $"Could not connect to {NetEndPoint.Format(name)}: the resolver failed with {exception.GetType().Name}.", name, exception);
        }
    }

    private Connection Meet(MemoryListener listener, EndPoint endPoint)
    {
        var (client, accepted) = MemoryTransport.CreatePair(addresses.ClientOf(endPoint), endPoint, bufferSize);
        return listener.Offer(accepted) ? Connection.FromTransport(client, options) : throw Refused(endPoint);
    }

    private static ConnectionException Refused(EndPoint endPoint) =>
        new(ConnectionError.Refused, $"Could not connect to {NetEndPoint.Format(endPoint)}: refused, no server listens there.", endPoint);
}

using System.Net;

namespace Net.Async.Testing;

/// <summary>Connects to the servers of its network: an address directly, a name through the network's resolver.</summary>
internal sealed class MemoryConnector(MemoryAddresses addresses, Resolver? resolver, ConnectionOptions options, int bufferSize) : Connector
{
    public override async Task<Connection> ConnectAsync(EndPoint endPoint, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        cancellationToken.ThrowIfCancellationRequested();
        options.Lifetime.ThrowIfCancellationRequested();
        if (addresses.Find(endPoint) is { } listener)
            return Meet(listener, endPoint);
        if (endPoint is not DnsEndPoint name || resolver is null)
            throw Refused(endPoint);
        foreach (var address in await ResolveAsync(resolver, name, cancellationToken).ConfigureAwait(false))
        {
            if (addresses.Find(new IPEndPoint(address, name.Port)) is { } found)
                return Meet(found, new IPEndPoint(address, name.Port));
        }

        throw Refused(endPoint);
    }

    // As the connector over sockets says it: a resolver that fails is no name without an address.
    private static async ValueTask<IEnumerable<IPAddress>> ResolveAsync(Resolver resolver, DnsEndPoint name, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await resolver.ResolveAsync(name.Host, name.AddressFamily, cancellationToken).ConfigureAwait(false)
                ?? throw new InvalidOperationException($"{resolver.GetType().Name} returned null instead of a list of addresses.");
            return answer.Where(static address => address is not null);
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
        new(ConnectionError.Refused, $"Could not connect to {NetEndPoint.Format(endPoint)}: refused, nobody listens there.", endPoint);
}

using System.Net;

namespace Net.Async;

/// <summary>From what a caller gives to listeners that are bound.</summary>
internal static class ServerBinding
{
    /// <summary>Binds all end points, or none.</summary>
    public static IReadOnlyList<TransportListener> Bind(IReadOnlyList<EndPoint> endPoints, ServerOptions options)
    {
        options.Listener.CheckFor(endPoints);
        options.Upgrade.Tls?.CheckCertificate(nameof(options));
        options.Stop.Token.ThrowIfCancellationRequested();
        return AddressList.BindAll(endPoints, options.Connection.Engine, options.ToListenSettings());
    }

    /// <summary>The addresses of end points of which some are names. Two names may be one address, which is listened on once.</summary>
    public static async Task<IReadOnlyList<EndPoint>> FindAllAsync(IReadOnlyList<EndPoint> endPoints, ServerOptions? options, CancellationToken cancellationToken)
    {
        var found = new List<EndPoint>();
        foreach (var endPoint in AddressList.Check(endPoints, options, names: true))
        {
            var address = await FindAsync(endPoint, options, cancellationToken).ConfigureAwait(false);
            if (!found.Contains(address) || (endPoint is not DnsEndPoint && AddressList.MaySplit(address, options)))
                found.Add(address);
        }

        return found;
    }

    /// <summary>The first address of a name that is not IPv6 link-local; every other end point as it is.</summary>
    public static async Task<EndPoint> FindAsync(EndPoint endPoint, ServerOptions? options, CancellationToken cancellationToken)
    {
        if (endPoint is not DnsEndPoint name)
            return endPoint;
        // The look-up is part of the listening: what stops that ends it, too.
        var stop = (options ?? new()).Stop.Token;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, cancellationToken);
        try
        {
            var addresses = await HostAddresses.FindAsync(Resolver.Default, name, either.Token).ConfigureAwait(false);
            return new IPEndPoint(addresses.FirstOrDefault(static address => !address.IsIPv6LinkLocal) ?? addresses[0], name.Port);
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            stop.ThrowIfCancellationRequested();
            throw;
        }
    }
}

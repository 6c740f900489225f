using System.Net;

namespace Net.Async;

public abstract partial class Server
{
    /// <summary>Binds several addresses and listens on them as one server: on all of them, or on none.</summary>
    /// <param name="endPoints">
    /// At least one, each as for <see cref="Listen(EndPoint, ServerOptions?)"/>, none twice. Those with port 0 get the same port, the first one's, so that
    /// <c>127.0.0.1:0</c> and <c>[::1]:0</c> are the two sides of one address. With <see cref="ServerOptions.ReusePort"/> a TCP address may be there several times:
    /// each is a listener of its own, and the kernel deals the clients out to them.
    /// </param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentException">The list is empty, or one of it is null, of another kind, or there twice.</exception>
    /// <exception cref="ConnectionException">One address is taken, not this machine's, or not permitted; the message and <see cref="ConnectionException.EndPoint"/> name it.</exception>
    public static Server Listen(IReadOnlyList<EndPoint> endPoints, ServerOptions? options = null) => Started(BindChecked(AddressList.Check(endPoints, options), options));

    /// <summary>Looks the names among them up, then binds all addresses and listens on them as one server.</summary>
    /// <param name="endPoints">As for the other overload; a <see cref="DnsEndPoint"/> stands for its first address that is not IPv6 link-local.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellationToken">Ends the look-ups.</param>
    /// <exception cref="ArgumentException">The list is empty, or one of it is null, of another kind, or there twice.</exception>
    /// <exception cref="ConnectionException">A name has no address, or an address cannot be listened on.</exception>
    public static async Task<Server> ListenAsync(IReadOnlyList<EndPoint> endPoints, ServerOptions? options = null, CancellationToken cancellationToken = default)
    {
        var found = new List<EndPoint>();
        foreach (var endPoint in AddressList.Check(endPoints, options, names: true))
        {
            var address = endPoint is DnsEndPoint name ? await FindAsync(name, options, cancellationToken).ConfigureAwait(false) : endPoint;
            // Two names may be one address.
            if (!found.Contains(address) || (endPoint is not DnsEndPoint && AddressList.MaySplit(address, options)))
                found.Add(address);
        }

        return Listen(found, options);
    }

    /// <summary>Binds several addresses only, all or none; see <see cref="Bind(EndPoint, ServerOptions?)"/>.</summary>
    /// <param name="endPoints">As for <see cref="Listen(IReadOnlyList{EndPoint}, ServerOptions?)"/>.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentException">The list is empty, or one of it is null, of another kind, or there twice.</exception>
    /// <exception cref="ConnectionException">One address is taken, not this machine's, or not permitted.</exception>
    public static Server Bind(IReadOnlyList<EndPoint> endPoints, ServerOptions? options = null) => BindChecked(AddressList.Check(endPoints, options), options);

    private static TransportServer BindChecked(IReadOnlyList<EndPoint> endPoints, ServerOptions? options)
    {
        options ??= ServerOptions.Default;
        options.CheckFor(endPoints);
        options.StopToken.ThrowIfCancellationRequested();
        return BindListeners(AddressList.BindAll(endPoints, options.Connection.Engine, options.ToListenSettings()), options);
    }

    private static TransportServer BindListener(TransportListener listener, ServerOptions? options)
    {
        ArgumentNullException.ThrowIfNull(listener);
        return BindListeners([listener], options ?? ServerOptions.Default);
    }

    private static TransportServer BindListeners(IReadOnlyList<TransportListener> listeners, ServerOptions options)
    {
        try
        {
            var server = new TransportServer(listeners, options);
            server.FollowStopToken();
            return server;
        }
        catch (OperationCanceledException)
        {
            // The token fired while they were bound.
            AddressList.CloseAll(listeners);
            throw;
        }
    }

    private static TransportServer Started(TransportServer server)
    {
        try
        {
            server.Start();
            return server;
        }
        catch
        {
            // Lets go of the addresses, and of the token that could stop it.
            server.BeginStop();
            throw;
        }
    }

    // The look-up is part of the listening: what stops that ends it, too.
    private static async Task<IPEndPoint> FindAsync(DnsEndPoint name, ServerOptions? options, CancellationToken cancellationToken)
    {
        var stop = (options ?? ServerOptions.Default).StopToken;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, cancellationToken);
        try
        {
            var addresses = await HostAddresses.FindAsync(Resolver.System, name, either.Token).ConfigureAwait(false);
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

using System.Net;

namespace Net.Async;

public sealed partial class Server
{
    /// <summary>Binds and listens at once.</summary>
    /// <param name="endPoint">An <see cref="IPEndPoint"/>, a <see cref="System.Net.Sockets.UnixDomainSocketEndPoint"/>, a <see cref="NamedPipeEndPoint"/> or a <see cref="DescriptorEndPoint"/>; port 0 lets the system choose.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentException">The end point is of another kind; for names there is <see cref="ListenAsync(EndPoint, ServerOptions?, CancellationToken)"/>.</exception>
    /// <exception cref="ConnectionException">The address is taken, not this machine's, or not permitted; the message and <see cref="ConnectionException.EndPoint"/> name it.</exception>
    /// <exception cref="OperationCanceledException"><see cref="StopOptions.Token"/> is cancelled already; nothing was bound.</exception>
    public static Server Listen(EndPoint endPoint, ServerOptions? options = null) => Started(Bind(endPoint, options));

    /// <summary>Binds and listens at once, at an address as text.</summary>
    /// <param name="endPoint">
    /// One of the forms of <see cref="NetEndPoint"/>; a bare port is IPv4 loopback. <c>*:8124</c> and <c>:8124</c> are every address of both families,
    /// <c>localhost:8124</c> is both loopback addresses, or 127.0.0.1 where the machine has no ::1.
    /// </param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="FormatException">The text is not an end point.</exception>
    /// <exception cref="ArgumentException">It is a name; see <see cref="ListenAsync(string, ServerOptions?, CancellationToken)"/>.</exception>
    /// <exception cref="ConnectionException">The address is taken, not this machine's, or not permitted.</exception>
    public static Server Listen(string endPoint, ServerOptions? options = null) => ListenText.Listen(ListenText.Parse(endPoint), options);

    /// <summary>Binds and listens at once on IPv4 loopback; <see cref="NetEndPoint.Any"/> names every address.</summary>
    /// <param name="port">0 to 65535; 0 lets the system choose.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">The port is outside 0 to 65535.</exception>
    /// <exception cref="ConnectionException">The port is taken or not permitted.</exception>
    public static Server Listen(int port, ServerOptions? options = null) => Listen(NetEndPoint.Loopback(port), options);

    /// <summary>Binds and listens at once on an address of this machine.</summary>
    /// <param name="address">IPv4 or IPv6; <see cref="IPAddress.IPv6Any"/> is every address of both families.</param>
    /// <param name="port">0 to 65535; 0 lets the system choose.</param>
    /// <param name="options">Null for the defaults. They are copied.</param>
    /// <exception cref="ArgumentException">The address is null, or the port is outside 0 to 65535.</exception>
    /// <exception cref="ConnectionException">The address is taken, not this machine's, or not permitted.</exception>
    public static Server Listen(IPAddress address, int port, ServerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        return Listen(new IPEndPoint(address, NetEndPoint.CheckPort(port, nameof(port))), options);
    }

    /// <summary>Listens on a transport of your own.</summary>
    /// <param name="listener">The transport's listener, bound and not started. It belongs to the server, also when this throws.</param>
    /// <param name="options">Null for the defaults. What concerns sockets has no effect.</param>
    /// <exception cref="ConnectionException">The listener cannot start.</exception>
    /// <exception cref="OperationCanceledException"><see cref="StopOptions.Token"/> is cancelled already.</exception>
    public static Server Listen(TransportListener listener, ServerOptions? options = null) => Started(Bind(listener, options));

    /// <summary>Looks the name up, then binds its first address that is not IPv6 link-local, and listens.</summary>
    /// <param name="endPoint">A <see cref="DnsEndPoint"/>; every other kind is listened on directly.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellationToken">Ends the look-up.</param>
    /// <exception cref="ConnectionException">The name has no address, or its address cannot be listened on.</exception>
    public static async Task<Server> ListenAsync(EndPoint endPoint, ServerOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        options = options is null ? null : options with { };
        return Listen(await ServerBinding.FindAsync(endPoint, options, cancellationToken).ConfigureAwait(false), options);
    }

    /// <summary>Looks the name up, then binds its first address that is not IPv6 link-local, and listens.</summary>
    /// <param name="endPoint">As for <see cref="Listen(string, ServerOptions?)"/>; any other name is looked up.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellationToken">Ends the look-up.</param>
    /// <exception cref="FormatException">The text is not an end point.</exception>
    /// <exception cref="ConnectionException">The name has no address, or its address cannot be listened on.</exception>
    public static async Task<Server> ListenAsync(string endPoint, ServerOptions? options = null, CancellationToken cancellationToken = default)
    {
        var endPoints = ListenText.Parse(endPoint);
        return endPoints is [var only] ? await ListenAsync(only, options, cancellationToken).ConfigureAwait(false) : ListenText.Listen(endPoints, options);
    }

    /// <summary>Binds only: the address is reserved, clients are refused until <see cref="Start"/>.</summary>
    /// <param name="endPoint">As for <see cref="Listen(EndPoint, ServerOptions?)"/>.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentException">The end point is of another kind.</exception>
    /// <exception cref="ConnectionException">The address is taken, not this machine's, or not permitted.</exception>
    public static Server Bind(EndPoint endPoint, ServerOptions? options = null) => Made([TransportEndPoint.Check(endPoint)], options);

    /// <summary>Makes a server of a transport of your own, which does not listen until <see cref="Start"/>.</summary>
    /// <param name="listener">The transport's listener, bound and not started. It belongs to the server, also when this throws.</param>
    /// <param name="options">Null for the defaults. What concerns sockets has no effect.</param>
    /// <exception cref="OperationCanceledException"><see cref="StopOptions.Token"/> is cancelled already.</exception>
    public static Server Bind(TransportListener listener, ServerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(listener);
        return Owning([listener], options ?? new());
    }

    /// <summary>Binds several addresses and listens on them as one server: on all of them, or on none.</summary>
    /// <param name="endPoints">
    /// At least one, each as for <see cref="Listen(EndPoint, ServerOptions?)"/>, none twice. Those with port 0 get the same port, the first one's, so that
    /// <c>127.0.0.1:0</c> and <c>[::1]:0</c> are the two sides of one address. With <see cref="ListenerOptions.ReusePort"/> a TCP address may be there several times:
    /// each is a listener of its own, and the kernel deals the clients out to them.
    /// </param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentException">The list is empty, or one of it is null, of another kind, or there twice.</exception>
    /// <exception cref="ConnectionException">One address is taken, not this machine's, or not permitted; the message and <see cref="ConnectionException.EndPoint"/> name it.</exception>
    public static Server Listen(IReadOnlyList<EndPoint> endPoints, ServerOptions? options = null) => Started(Bind(endPoints, options));

    /// <summary>Looks the names among them up, then binds all addresses and listens on them as one server.</summary>
    /// <param name="endPoints">As for the other overload; a <see cref="DnsEndPoint"/> stands for its first address that is not IPv6 link-local.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellationToken">Ends the look-ups.</param>
    /// <exception cref="ArgumentException">The list is empty, or one of it is null, of another kind, or there twice.</exception>
    /// <exception cref="ConnectionException">A name has no address, or an address cannot be listened on.</exception>
    public static async Task<Server> ListenAsync(IReadOnlyList<EndPoint> endPoints, ServerOptions? options = null, CancellationToken cancellationToken = default)
    {
        options = options is null ? null : options with { };
        return Listen(await ServerBinding.FindAllAsync(endPoints, options, cancellationToken).ConfigureAwait(false), options);
    }

    /// <summary>Binds several addresses only, all or none; see <see cref="Bind(EndPoint, ServerOptions?)"/>.</summary>
    /// <param name="endPoints">As for <see cref="Listen(IReadOnlyList{EndPoint}, ServerOptions?)"/>.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentException">The list is empty, or one of it is null, of another kind, or there twice.</exception>
    /// <exception cref="ConnectionException">One address is taken, not this machine's, or not permitted.</exception>
    public static Server Bind(IReadOnlyList<EndPoint> endPoints, ServerOptions? options = null) => Made(AddressList.Check(endPoints, options), options);

    private static Server Made(IReadOnlyList<EndPoint> endPoints, ServerOptions? options)
    {
        options ??= new();
        return Owning(ServerBinding.Bind(endPoints, options), options);
    }

    private static Server Owning(IReadOnlyList<TransportListener> listeners, ServerOptions options)
    {
        try
        {
            var server = new Server(listeners, options);
            server._state.FollowStopToken(server.StopInBackground);
            return server;
        }
        catch
        {
            // The token fired while they were bound, or a listener of the user's threw.
            AddressList.CloseAll(listeners);
            throw;
        }
    }

    private static Server Started(Server server)
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
}

using System.Net;

namespace Net.Async.Testing;

/// <summary>A network inside the process: servers and connections with the behaviour of real ones and without a single socket.</summary>
/// <remarks>
/// <para>Two networks know nothing of each other, so tests may use the same addresses side by side. Any end point is an address here, of any kind.</para>
/// <para>The connections are the library's own over a transport in memory, with the ends of TCP: what was sent before an end or a reset is received first,
/// and a close with unread bytes resets.</para>
/// </remarks>
public sealed class MemoryNetwork
{
    private const int DefaultBufferSize = 65536;

    private static readonly EndPoint s_client = NetEndPoint.Loopback(49152);
    private static readonly EndPoint s_server = NetEndPoint.Loopback(49153);

    private readonly MemoryAddresses _addresses = new();
    private readonly Resolver? _resolver;
    private readonly int _bufferSize;

    /// <summary>Makes an empty network.</summary>
    /// <param name="connection">What connections made by <see cref="Connector"/> start with; null for the defaults.</param>
    /// <param name="resolver">Looks up names that no server listens on as they are; null for none.</param>
    /// <param name="bufferSize">How many bytes each side of a connection holds that are not yet received; then the sender waits. At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The buffer has no room.</exception>
    public MemoryNetwork(ConnectionOptions? connection = null, Resolver? resolver = null, int bufferSize = DefaultBufferSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bufferSize, 1);
        _resolver = resolver;
        _bufferSize = bufferSize;
        Connector = CreateConnector(connection);
    }

    /// <summary>Connects to the servers of this network.</summary>
    public Connector Connector { get; }

    /// <summary>Another connector of this network.</summary>
    /// <param name="connection">What its connections start with; null for the defaults.</param>
    public Connector CreateConnector(ConnectionOptions? connection) => new MemoryConnector(_addresses, _resolver, connection is null ? new() : connection with { }, _bufferSize);

    /// <summary>Two ends of one connection.</summary>
    /// <param name="options">What both start with; null for the defaults.</param>
    public static (Connection Client, Connection Server) CreatePair(ConnectionOptions? options = null)
    {
        var (client, server) = CreateTransports();
        return (Connection.FromTransport(client, options), Connection.FromTransport(server, options));
    }

    /// <summary>Two ends of one connection as bare transports, to wrap before connections are made of them.</summary>
    /// <param name="bufferSize">How many bytes each side holds that are not yet received; then the sender waits. At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The buffer has no room.</exception>
    public static (TransportStream Client, TransportStream Server) CreateTransports(int bufferSize = DefaultBufferSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bufferSize, 1);
        return MemoryTransport.CreatePair(s_client, s_server, bufferSize);
    }

    /// <summary>Listens.</summary>
    /// <param name="endPoint">Any end point; port 0 is given a free one.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ConnectionException">Another server of this network listens there (<see cref="ConnectionError.AddressInUse"/>).</exception>
    public Server Listen(EndPoint endPoint, ServerOptions? options = null) => Server.Listen(Bind(endPoint), options);

    /// <summary>Takes an address, as a bare listener to wrap before a server is made of it. Clients are refused until it starts.</summary>
    /// <param name="endPoint">Any end point; port 0 is given a free one.</param>
    /// <exception cref="ConnectionException">The address is taken (<see cref="ConnectionError.AddressInUse"/>).</exception>
    public TransportListener Bind(EndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        return _addresses.Bind(endPoint);
    }
}

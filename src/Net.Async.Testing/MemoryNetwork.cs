using System.Collections.Concurrent;
using System.Globalization;
using System.Net;

namespace Net.Async.Testing;

/// <summary>A network inside the process: servers and connections with the behaviour of real ones and without a single socket.</summary>
/// <remarks>Two networks know nothing of each other, so tests may use the same addresses side by side. Any end point is an address here, of any kind.</remarks>
public sealed class MemoryNetwork
{
    private const int FirstFreePort = 49152;

    private readonly ConcurrentDictionary<string, MemoryServer> _servers = new();
    private int _lastPort = FirstFreePort - 1;

    /// <summary>Makes an empty network.</summary>
    /// <param name="connection">What connections made by <see cref="Connector"/> start with; null for the defaults.</param>
    /// <param name="resolver">Who looks names up that nobody listens on as they are; null for nobody.</param>
    public MemoryNetwork(ConnectionOptions? connection = null, Resolver? resolver = null)
    {
        Resolver = resolver;
        Connector = CreateConnector(connection);
    }

    /// <summary>Connects to the servers of this network.</summary>
    public Connector Connector { get; }

    internal Resolver? Resolver { get; }

    /// <summary>Another connector of this network.</summary>
    /// <param name="connection">What its connections start with; null for the defaults.</param>
    public Connector CreateConnector(ConnectionOptions? connection) => new MemoryConnector(this, connection ?? ConnectionOptions.Default);

    /// <summary>Two ends of one connection.</summary>
    /// <param name="options">What both start with; null for the defaults.</param>
    public static (Connection Client, Connection Server) CreatePair(ConnectionOptions? options = null)
    {
        options ??= ConnectionOptions.Default;
        var (client, server) = MemoryConnection.CreatePair(
            new MemoryEnd(options, new IPEndPoint(IPAddress.Loopback, FirstFreePort)),
            new MemoryEnd(options, new IPEndPoint(IPAddress.Loopback, FirstFreePort + 1)));
        return (client, server);
    }

    /// <summary>Listens.</summary>
    /// <param name="endPoint">Any end point; port 0 is given a free one.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ConnectionException">Another server of this network listens there (<see cref="ConnectionError.AddressInUse"/>).</exception>
    public Server Listen(EndPoint endPoint, ServerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        var server = new MemoryServer(this, endPoint is IPEndPoint { Port: 0 } ip ? new IPEndPoint(ip.Address, FreePort()) : endPoint, options);
        server.Start();
        return server;
    }

    internal void Add(MemoryServer server)
    {
        if (!_servers.TryAdd(NetEndPoint.Format(server.LocalEndPoint), server))
        {
            var text = NetEndPoint.Format(server.LocalEndPoint);
            throw new ConnectionException(ConnectionError.AddressInUse, $"Could not listen on {text}: the address is in use.", server.LocalEndPoint);
        }
    }

    internal void Remove(MemoryServer server) => _servers.TryRemove(new(NetEndPoint.Format(server.LocalEndPoint), server));

    /// <summary>Who listens there, on the address itself or on every address.</summary>
    internal MemoryServer? Find(EndPoint endPoint)
    {
        if (_servers.TryGetValue(NetEndPoint.Format(endPoint), out var exact))
            return exact;
        if (endPoint is not IPEndPoint { Port: var port })
            return null;
        return _servers.GetValueOrDefault(NetEndPoint.Format(new IPEndPoint(IPAddress.Any, port)))
            ?? _servers.GetValueOrDefault(NetEndPoint.Format(NetEndPoint.Any(port)));
    }

    internal EndPoint ClientEndPoint(EndPoint remote) => remote is IPEndPoint ip
        ? new IPEndPoint(ip.Address, FreePort())
        : new NamedPipeEndPoint(string.Create(CultureInfo.InvariantCulture, $"memory-client-{FreePort()}"));

    // Every port is given once; after the last one they start over, as a kernel's do.
    private int FreePort() => FirstFreePort + (int)((uint)(Interlocked.Increment(ref _lastPort) - FirstFreePort) % (65536 - FirstFreePort));
}

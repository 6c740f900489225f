using System.Net;
using System.Threading.Channels;

namespace Net.Async.Testing;

/// <summary>A server of the network in memory. Clients wait in a queue as long as the backlog; beyond it they are refused.</summary>
internal sealed class MemoryServer : Server
{
    private readonly MemoryNetwork _network;
    private readonly Channel<Connection> _waiting;

    public MemoryServer(MemoryNetwork network, EndPoint endPoint, ServerOptions? options)
        : base(options)
    {
        _network = network;
        LocalEndPoint = endPoint;
        _waiting = Channel.CreateBounded<Connection>(Options.Backlog);
    }

    public override EndPoint LocalEndPoint { get; }

    public bool Offer(Connection connection) => _waiting.Writer.TryWrite(connection);

    protected override void StartListening() => _network.Add(this);

    protected override ValueTask<Connection> AcceptOneAsync(CancellationToken cancellationToken) => _waiting.Reader.ReadAsync(cancellationToken);

    protected override void StopListening()
    {
        _network.Remove(this);
        _waiting.Writer.TryComplete();
        while (_waiting.Reader.TryRead(out var connection))
            connection.Abort();
    }
}

using System.Net;
using System.Net.Sockets;
using Net.Async;
using StackExchange.Redis;
using StackExchange.Redis.Configuration;

namespace Redis;

/// <summary>Gives StackExchange.Redis its connections from a connector: it opens no socket of its own.</summary>
/// <param name="connector">Who connects.</param>
internal sealed class ConnectorTunnel(Connector connector) : Tunnel
{
    // No end point: the client asks for the stream instead.
    public override ValueTask<EndPoint?> GetSocketConnectEndpointAsync(EndPoint endpoint, CancellationToken cancellationToken) => default;

    public override async ValueTask<Stream?> BeforeAuthenticateAsync(EndPoint endpoint, ConnectionType connectionType, Socket? socket, CancellationToken cancellationToken) =>
        (await connector.ConnectAsync(endpoint, cancellationToken)).AsStream();
}

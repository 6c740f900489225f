using System.Net;

namespace Net.Async.Load;

/// <summary>Ours: a server whose handler connects and relays.</summary>
internal sealed class NetAsyncRelayPeer : EchoPeer
{
    private readonly Server _server;
    private readonly Task _serving;

    public NetAsyncRelayPeer(EndPoint endPoint, EndPoint target)
    {
        _server = Server.Listen(endPoint, new ServerOptions { Listener = { Backlog = Backlog }, MaxHandlers = MaxHandlers });
        _serving = _server.ServeAsync(async (client, stopping) =>
        {
            await using var other = await Connection.ConnectAsync(target, cancellationToken: stopping);
            await client.RelayAsync(other, cancellationToken: stopping);
        });
    }

    public override EndPoint EndPoint => _server.LocalEndPoint;

    public override async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _serving;
    }
}

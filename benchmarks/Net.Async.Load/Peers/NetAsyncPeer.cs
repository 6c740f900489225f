using System.Net;

namespace Net.Async.Load;

/// <summary>Ours, written as the documentation tells users to write it.</summary>
internal sealed class NetAsyncPeer : EchoPeer
{
    private readonly Server _server;
    private readonly Task _serving;

    public NetAsyncPeer(EndPoint endPoint, bool stalls = false, TlsServerOptions? tls = null)
    {
        _server = Server.Listen(endPoint, new ServerOptions { Listener = { Backlog = Backlog }, MaxHandlers = MaxHandlers, Upgrade = { Tls = tls, MaxConcurrent = MaxHandlers } });
        _serving = stalls
            ? _server.ServeAsync(static (connection, _) => StallEcho.RunAsync(connection.Input, connection.Output))
            : _server.ServeAsync(static (connection, cancellationToken) => connection.Input.CopyToAsync(connection.Output, cancellationToken));
    }

    public override EndPoint EndPoint => _server.LocalEndPoint;

    public override async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _serving;
    }
}

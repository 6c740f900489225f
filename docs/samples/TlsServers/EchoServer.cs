using System.Net;
using Net.Async;

namespace TlsServers;

/// <summary>Sends back what it receives. Its end is the client's: close_notify answers close_notify.</summary>
internal static class EchoServer
{
    public static Server Listen(EndPoint endPoint, TlsServerOptions tls, CancellationToken stop = default) =>
        Server.Listen(endPoint, new ServerOptions { Upgrade = { Tls = tls }, Stop = { Token = stop } });

    public static Task RunAsync(Server server) =>
        server.ServeAsync(static (connection, stopping) => connection.Input.CopyToAsync(connection.Output, stopping));
}

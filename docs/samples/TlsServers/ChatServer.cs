using System.Net;
using System.Text;
using Net.Async;

namespace TlsServers;

/// <summary>The first line is the name, every other one goes to all. Who reads too slowly is disconnected, and delays no other.</summary>
internal static class ChatServer
{
    private const int LongestLine = 1000;

    public static Server Listen(EndPoint endPoint, TlsServerOptions tls, CancellationToken stop = default) => Server.Listen(endPoint, new ServerOptions
    {
        Upgrade = { Tls = tls },
        Stop = { Token = stop },
        Connection = { Outbox = { MaxBytes = 64 * 1024, FullMode = OutboxFullMode.Disconnect } },
    });

    public static Task RunAsync(Server server) => server.ServeAsync((connection, stopping) => HandleAsync(server, connection, stopping));

    private static async Task HandleAsync(Server server, Connection connection, CancellationToken stopping)
    {
        if (await connection.ReadLineAsync(maxLength: 40, cancellationToken: stopping) is not { Length: > 0 } name)
            return;
        server.Broadcast(Line($"{name} has come"));
        try
        {
            await foreach (var line in connection.ReadLinesAsync(maxLength: LongestLine, cancellationToken: stopping))
                server.Broadcast(Line($"{name}: {line}"));
        }
        finally
        {
            server.Broadcast(Line($"{name} has left"));
        }
    }

    private static byte[] Line(string text) => Encoding.UTF8.GetBytes(text + "\n");
}

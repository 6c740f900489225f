using System.Net;
using Net.Async;

namespace TlsServers;

/// <summary>A line protocol as SMTP's (RFC 3207): greeting, EHLO, STARTTLS, and nothing else before it is encrypted.</summary>
internal static class LineServer
{
    public static Server Listen(EndPoint endPoint, CancellationToken stop = default) =>
        Server.Listen(endPoint, new ServerOptions { Connection = { Limits = { IdleTimeout = TimeSpan.FromMinutes(5) } }, Stop = { Token = stop } });

    public static Task RunAsync(Server server, TlsServerOptions tls) =>
        server.ServeAsync((connection, stopping) => HandleAsync(connection, tls, stopping));

    private static async Task HandleAsync(Connection plain, TlsServerOptions tls, CancellationToken stopping)
    {
        await SayAsync(plain, "220 ready", stopping);
        while (await plain.ReadLineAsync(stopping) is { } line)
        {
            switch (Verb(line))
            {
                case "EHLO":
                    await SayAsync(plain, "250-hello\r\n250 STARTTLS", stopping);
                    break;
                case "QUIT":
                    await SayAsync(plain, "221 bye", stopping);
                    return;
                case "STARTTLS":
                    await SayAsync(plain, "220 go ahead", stopping);
                    // What has come behind the line is refused here: it was not encrypted.
                    await AnswerAsync(await plain.UpgradeToTlsAsync(tls, stopping), stopping);
                    return;
                default:
                    await SayAsync(plain, "530 say STARTTLS first", stopping);
                    break;
            }
        }
    }

    private static async Task AnswerAsync(Connection secure, CancellationToken stopping)
    {
        await foreach (var line in secure.ReadLinesAsync(stopping))
        {
            if (Verb(line) == "QUIT")
            {
                await SayAsync(secure, "221 bye", stopping);
                return;
            }

            await SayAsync(secure, $"250 {line} over {secure.Tls!.Protocol}", stopping);
        }
    }

    private static string Verb(string line) => line.Split(' ')[0].ToUpperInvariant();

    private static ValueTask SayAsync(Connection connection, string line, CancellationToken stopping) => connection.WriteLineAsync(line, "\r\n", cancellationToken: stopping);
}

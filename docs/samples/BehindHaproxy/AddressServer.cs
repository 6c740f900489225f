using System.Net.Sockets;
using Net.Async;

namespace BehindHaproxy;

/// <summary>Answers each line with who the client is, by the word of the proxy.</summary>
internal static class AddressServer
{
    public static async Task<int> RunAsync(string endPoint, string proxies)
    {
        var trusted = new BlockList();
        trusted.AddCidr(proxies);
        // At a Unix socket the peer has no address: its file's permissions say who may connect.
        var upgrade = NetEndPoint.Parse(endPoint) is UnixDomainSocketEndPoint ? new ProxyProtocol(ConnectionPolicy.AllowAll) : new ProxyProtocol(trusted);
        await using var server = Server.Listen(endPoint, new ServerOptions
        {
            Upgrade = { Steps = [upgrade], Timeout = TimeSpan.FromSeconds(5) },
            Limits = { ConnectionsPerIPv4Address = 100 }, // of the client, not of the proxy
            Observer = new Failures(),
        });
        Console.WriteLine($"ready {NetEndPoint.Format(server.LocalEndPoint)}");
        await server.ServeAsync(AnswerAsync);
        return 0;
    }

    private static async Task AnswerAsync(Connection connection, CancellationToken cancellationToken)
    {
        var proxy = connection.Proxy!;
        await foreach (var line in connection.ReadLinesAsync(cancellationToken))
            await connection.WriteLineAsync($"{line}: you are {Describe(connection)}, through {proxy.Header.Version}{(proxy.Header.Authority is { } name ? $" for {name}" : "")}", cancellationToken);
    }

    // A health check of the proxy itself has no client.
    private static string Describe(Connection connection) => connection.Proxy!.Header.IsLocal ? "the proxy itself" : NetEndPoint.Format(connection.RemoteEndPoint!);

    private sealed class Failures : ServerObserver
    {
        public override void OnUpgradeFailed(FailedUpgrade failed) => Console.Error.WriteLine(failed.Exception.Message);
    }
}

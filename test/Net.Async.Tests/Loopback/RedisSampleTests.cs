using System.Net;
using System.Net.Sockets;

namespace Net.Async.Tests.Loopback;

/// <summary>A client library that takes a stream, over the connector, against the real server.</summary>
public class RedisSampleTests
{
    [Needs("redis-server")]
    public async Task Sample_NameWhoseFirstAddressRefuses_ReachesTheServer()
    {
        var (server, port) = await StartServerAsync();
        await using var redis = server;

        // localhost has two addresses, and Redis listens on one of them.
        await using var sample = Child.Start("dotnet", Path.Combine(AppContext.BaseDirectory, "Redis.dll"), "cache.localhost", $"{port}");
        var output = await sample.Output.ReadToEndAsync();

        Assert.Equal(0, await sample.WaitForExitAsync());
        Assert.Contains($"AttemptFailed [::1]:{port}", output, StringComparison.Ordinal);
        Assert.Contains($"Connected 127.0.0.1:{port}", output, StringComparison.Ordinal);
        Assert.Contains("sum 499500", output, StringComparison.Ordinal);
    }

    // Another process may take the port between our look and Redis': then once more with another.
    private static async Task<(Child Server, int Port)> StartServerAsync()
    {
        for (var tries = 0; tries < 5; tries++)
        {
            var port = UnusedPort();
            var server = Child.Start("redis-server", "--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no");
            while (await server.Output.ReadLineAsync().Soon() is { } line)
            {
                if (line.Contains("Ready to accept connections", StringComparison.Ordinal))
                    return (server, port);
            }

            await server.DisposeAsync();
        }

        throw new InvalidOperationException("redis-server does not start.");
    }

    private static int UnusedPort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}

namespace Net.Async.Tests.Contract;

/// <summary>One message to every connection of a server.</summary>
public class BroadcastTests : LeakCheck
{
    [Theory, Transports]
    public async Task Broadcast_SeveralConnections_EachGetsEveryMessageInOrder(string name)
    {
        var transport = Transport.Get(name);
        await using var server = transport.Listen();
        var serving = server.ServeAsync(static (connection, token) => connection.Input.ReadAsync(token).AsTask());
        var clients = new List<Connection>();
        for (var i = 0; i < 3; i++)
            clients.Add(await transport.ConnectAsync(server));
        await Eventually.IsAsync(() => server.ConnectionCount == 3, "three are not served");

        var message = new byte[1];
        for (message[0] = 0; message[0] < 100; message[0]++)
            Assert.Equal(3, server.Broadcast(message));

        foreach (var client in clients)
        {
            Assert.Equal(Enumerable.Range(0, 100).Select(static i => (byte)i), await client.Input.ReadExactlyAsync(100));
            client.Input.Complete();
            await client.DisposeAsync();
        }

        await Eventually.IsAsync(() => server.ConnectionCount == 0, "a connection is still there");
        Assert.Equal(0, server.Broadcast(message));
        await server.StopAsync().Soon();
        await serving.Soon();
    }

    [Theory, Transports]
    public async Task Broadcast_OneNeverReads_OnlyThatOneIsLost(string name)
    {
        var transport = Transport.Get(name);
        var options = new ServerOptions { Connection = new ConnectionOptions { Outbox = new OutboxOptions { MaxBytes = 64 * 1024 } } };
        await using var server = transport.Listen(options);
        var serving = server.ServeAsync(static (connection, token) => connection.Input.ReadAsync(token).AsTask());
        await using var silent = await transport.ConnectAsync(server);
        await using var client = await transport.ConnectAsync(server);
        await Eventually.IsAsync(() => server.ConnectionCount == 2, "two are not served");

        var message = new byte[32 * 1024];
        var rounds = 0;
        while (server.ConnectionCount == 2)
        {
            server.Broadcast(message);
            await client.Input.ReadExactlyAsync(message.Length);
            Assert.True(++rounds < 10_000, "the silent one was never ended");
        }

        Assert.Equal(1, server.Broadcast(message));
        await client.Input.ReadExactlyAsync(message.Length);
        client.Input.Complete();
        await server.StopAsync(TimeSpan.Zero).Soon();
        await serving.Soon();
    }

    [Fact]
    public async Task Broadcast_MessageThatNoOutboxHolds_IsRefused()
    {
        await using var server = Server.Listen(0, new ServerOptions { Connection = new ConnectionOptions { Outbox = new OutboxOptions { MaxBytes = 1024 } } });
        Assert.Contains("961 bytes", Assert.Throws<ArgumentException>("message", () => server.Broadcast(new byte[961])).Message, StringComparison.Ordinal);
        Assert.Equal(0, server.Broadcast(new byte[960]));
    }
}

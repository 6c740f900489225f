using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Net.Async.Testing;

namespace Net.Async.Aot;

/// <summary>What the program does, one method a case. A case throws when it fails.</summary>
internal static class Cases
{
    private static readonly byte[] Bytes = [.. Enumerable.Range(0, 100_000).Select(static number => (byte)number)];

    public static async Task EchoAsync(string address)
    {
        await using var server = Server.Listen(address);
        var serving = server.ServeAsync(EchoHandlerAsync);
        await using (var client = await Connection.ConnectAsync(server.LocalEndPoint!))
            await ExchangeAsync(client);
        await server.StopAsync(TimeSpan.FromSeconds(5));
        await serving;
    }

    public static async Task EchoInMemoryAsync()
    {
        var (client, server) = MemoryNetwork.CreatePair();
        var echoing = EchoHandlerAsync(server, default);
        await using (client)
            await ExchangeAsync(client);
        await echoing;
        await server.DisposeAsync();
    }

    public static async Task ConnectByNameAsync()
    {
        await using var server = Server.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        var serving = server.ServeAsync(EchoHandlerAsync);
        await using var resolver = new DnsStubResolver();
        var connector = new HappyEyeballsConnector(new() { Resolver = resolver });
        await using (var client = await connector.ConnectAsync("localhost", ((IPEndPoint)server.LocalEndPoint!).Port))
            await ExchangeAsync(client);
        await server.StopAsync(TimeSpan.FromSeconds(5));
        await serving;
    }

    public static async Task RetryAsync()
    {
        var connector = new ResilientConnector(new HappyEyeballsConnector(), new() { MaxAttempts = 2 });
        var failure = await ThrowsAsync(() => connector.ConnectAsync(ClosedPort()));
        Check(failure.Error == ConnectionError.Refused, failure);
    }

    public static async Task DeniedAsync()
    {
        var connector = new HappyEyeballsConnector(new() { Policy = ConnectionPolicy.PublicInternet });
        var failure = await ThrowsAsync(() => connector.ConnectAsync(ClosedPort()));
        Check(failure.Error == ConnectionError.Denied, failure);
    }

    public static async Task GuardedHttpAsync()
    {
        using var http = new HttpClient(new GuardedHttpHandler(ConnectionPolicy.PublicInternet));
        var closed = ClosedPort();
        try
        {
            await http.GetAsync(new Uri($"http://{closed}/"));
        }
        catch (HttpRequestException refused) when (refused.InnerException is ConnectionException { Error: ConnectionError.Denied })
        {
            return;
        }

        throw new InvalidOperationException("The guard let a request to loopback pass.");
    }

    public static Task BlockListAsync()
    {
        var list = new BlockList();
        list.AddCidr("192.0.2.0/24");
        var copy = new BlockList();
        copy.AddJson(list.ToJson());
        Check(copy.Contains("192.0.2.7") && !copy.Contains("198.51.100.7"), "The copy of the list answers differently.");
        return Task.CompletedTask;
    }

    private static Task EchoHandlerAsync(Connection connection, CancellationToken cancellationToken) =>
        connection.Input.CopyToAsync(connection.Output, cancellationToken);

    /// <summary>Sends and reads at once. Counts the bytes, since a named pipe has no end of its own for each direction.</summary>
    private static async Task ExchangeAsync(Connection client)
    {
        var sending = client.Output.WriteAsync(Bytes);
        var answer = await client.Input.ReadAtLeastAsync(Bytes.Length);
        Check(answer.Buffer.ToArray().AsSpan().SequenceEqual(Bytes), "The echo differs.");
        client.Input.AdvanceTo(answer.Buffer.End);
        await sending;
    }

    private static async Task<ConnectionException> ThrowsAsync(Func<Task<Connection>> connect)
    {
        try
        {
            await using var connection = await connect();
        }
        catch (ConnectionException failure)
        {
            return failure;
        }

        throw new InvalidOperationException("The connect succeeded.");
    }

    /// <summary>A port of loopback that nothing listens on: bound, and held until the process ends.</summary>
    private static IPEndPoint ClosedPort()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Held.Add(socket);
        return (IPEndPoint)socket.LocalEndPoint!;
    }

    private static readonly List<Socket> Held = [];

    private static void Check(bool holds, object otherwise)
    {
        if (!holds)
            throw new InvalidOperationException(otherwise.ToString());
    }
}

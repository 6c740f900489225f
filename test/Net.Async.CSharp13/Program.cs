using Net.Async;

// Everything that a program needs to serve and to connect can be called from C# 13.
await using var server = Server.Listen("localhost:0", new ServerOptions { MaxConnections = 10, Listener = { Backlog = 16 } });
var serving = server.ServeAsync(static async (client, stopping) =>
{
    while (await client.ReadLineAsync(stopping) is { } line)
        await client.WriteLineAsync($"you said {line}", stopping);
});

await using (var connection = await Connection.ConnectAsync("localhost", ((System.Net.IPEndPoint)server.LocalEndPoint).Port, TimeSpan.FromSeconds(10)))
{
    if (connection.Tcp is { } tcp)
        tcp.NoDelay = false;
    await connection.WriteLineAsync("C# 13");
    Console.WriteLine(await connection.ReadLineAsync());
}

using var handler = new SocketsHttpHandler().UseConnector(new HappyEyeballsConnector(new() { ConnectTimeout = TimeSpan.FromSeconds(5) }));
Console.WriteLine(new HttpRequestException().GetConnectionException() is null);
await server.StopAsync();
await serving;

using Net.Async;

namespace TlsServers;

/// <summary>A client against each server.</summary>
internal static class SelfTest
{
    public static async Task<int> RunAsync()
    {
        using var certificate = new SelfSigned();
        var connector = new HappyEyeballsConnector(new() { Tls = certificate.Client });
        await EchoAsync(connector, certificate);
        await LinesAsync(certificate);
        await ChatAsync(connector, certificate);
        return 0;
    }

    private static async Task EchoAsync(Connector connector, SelfSigned certificate)
    {
        await using var server = EchoServer.Listen(NetEndPoint.Loopback(0), certificate.Server);
        _ = EchoServer.RunAsync(server);
        await using var client = await connector.ConnectAsync(server.LocalEndPoint);
        await client.WriteLineAsync("hello");
        await client.Output.CompleteAsync();
        Console.WriteLine($"echo: {await client.ReadLineAsync()}, then {await client.ReadLineAsync() ?? "the end"}");
    }

    private static async Task LinesAsync(SelfSigned certificate)
    {
        await using var server = LineServer.Listen(NetEndPoint.Loopback(0));
        _ = LineServer.RunAsync(server, certificate.Server);
        await using var plain = await Connection.ConnectAsync(server.LocalEndPoint);
        Console.WriteLine($"lines: {await plain.ReadLineAsync()}");
        Console.WriteLine($"lines: {await AskAsync(plain, "MAIL")}");
        Console.WriteLine($"lines: {await AskAsync(plain, "STARTTLS")}");
        await using var secure = await plain.UpgradeToTlsAsync(certificate.Client);
        Console.WriteLine($"lines: {await AskAsync(secure, "MAIL")}");
    }

    private static async Task ChatAsync(Connector connector, SelfSigned certificate)
    {
        await using var server = ChatServer.Listen(NetEndPoint.Loopback(0), certificate.Server);
        _ = ChatServer.RunAsync(server);
        await using var anna = await connector.ConnectAsync(server.LocalEndPoint);
        Console.WriteLine($"anna reads: {await AskAsync(anna, "Anna")}");
        await using (var ben = await connector.ConnectAsync(server.LocalEndPoint))
        {
            Console.WriteLine($"ben reads: {await AskAsync(ben, "Ben")}");
            Console.WriteLine($"anna reads: {await anna.ReadLineAsync()}");
            Console.WriteLine($"ben reads: {await AskAsync(ben, "good morning")}");
            Console.WriteLine($"anna reads: {await anna.ReadLineAsync()}");
        }

        Console.WriteLine($"anna reads: {await anna.ReadLineAsync()}");
    }

    private static async Task<string?> AskAsync(Connection connection, string line)
    {
        await connection.WriteLineAsync(line);
        return await connection.ReadLineAsync();
    }
}

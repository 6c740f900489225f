using System.Net;
using Net.Async;

namespace Relay;

/// <summary>A client on 127.0.0.1 is let in and one on 127.0.0.2 is not; a target in our own network is not dialled under <see cref="ConnectionPolicy.PublicInternet"/>.</summary>
internal static class SelfTest
{
    public static async Task<int> RunAsync()
    {
        await using var echo = Server.Listen(0);
        _ = echo.ServeAsync(static (connection, stopping) => connection.Input.CopyToAsync(connection.Output, stopping));
        var isRight = RelayServer.TryAllow(["127.0.0.1/32"], out var clients);
        isRight &= await ShowAsync("allowed client", echo, clients, ConnectionPolicy.AllowAll, "127.0.0.1") == "answered";
        isRight &= await ShowAsync("denied client", echo, clients, ConnectionPolicy.AllowAll, "127.0.0.2") == "reset";
        isRight &= await ShowAsync("denied target", echo, clients, ConnectionPolicy.PublicInternet, "127.0.0.1") == "reset";
        return isRight ? 0 : 1;
    }

    private static async Task<string> ShowAsync(string what, Server echo, ConnectionPolicy clients, ConnectionPolicy targets, string from)
    {
        await using var relay = RelayServer.Start(NetEndPoint.Loopback(0), echo.LocalEndPoint, clients, targets);
        var serving = relay.RunAsync();
        var outcome = await AskAsync(relay.LocalEndPoint, from);
        await relay.DisposeAsync();
        await serving;
        Console.WriteLine($"{what}: {outcome}");
        return outcome;
    }

    private static async Task<string> AskAsync(EndPoint relay, string from)
    {
        var connector = new HappyEyeballsConnector(new() { Addresses = { LocalAddresses = [IPAddress.Parse(from)] } });
        try
        {
            await using var connection = await connector.ConnectAsync(relay);
            await connection.WriteLineAsync("hello");
            await connection.Output.CompleteAsync();
            return await connection.ReadLineAsync() == "hello" ? "answered" : "ended";
        }
        catch (ConnectionException exception) when (exception.Error == ConnectionError.Reset)
        {
            return "reset";
        }
    }
}

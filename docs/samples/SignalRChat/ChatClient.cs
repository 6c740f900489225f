using System.Net.WebSockets;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Net.Async;

namespace SignalRChat;

/// <summary>The console client: lines in, lines out.</summary>
internal static class ChatClient
{
    // Its connections are made by a connector as well: it races the addresses of the server's name.
    private static readonly HttpMessageInvoker s_http = new(new SocketsHttpHandler().UseConnector(new HappyEyeballsConnector()));

    public static async Task<int> RunAsync(Uri url, string name)
    {
        using var stop = new CancellationTokenSource();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            stop.Cancel();
        });
        await using var hub = new HubConnectionBuilder().WithUrl(url, HttpTransportType.WebSockets, options =>
        {
            // One request less: the server is known to have WebSockets.
            options.SkipNegotiation = true;
            options.WebSocketFactory = static async (context, cancellationToken) =>
            {
                var socket = new ClientWebSocket();
                await socket.ConnectAsync(context.Uri, s_http, cancellationToken);
                return socket;
            };
        }).Build();
        hub.On<string>("Line", Console.WriteLine);
        hub.Closed += _ => stop.CancelAsync();
        try
        {
            await hub.StartAsync(stop.Token);
            await hub.InvokeAsync("Join", name, stop.Token);
            // The console's own wait cannot be cancelled.
            while (await Task.Run(Console.ReadLine).WaitAsync(stop.Token) is { } line)
                await hub.InvokeAsync("Say", line, stop.Token);
        }
        catch (OperationCanceledException)
        {
            // SIGTERM, or the server has closed.
        }
        catch (WebSocketException exception)
        {
            Console.Error.WriteLine($"The chat at {url} cannot be joined: {exception.InnerException?.Message ?? exception.Message}");
            return 1;
        }

        return 0;
    }
}

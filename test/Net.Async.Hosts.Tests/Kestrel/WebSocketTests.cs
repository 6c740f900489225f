using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Net.Async.Tests.Kestrel;

/// <summary>WebSockets: HTTP gives its connection away.</summary>
[Collection(RowsCollection.Name)]
public class WebSocketTests
{
    private static readonly Row[] s_rows =
    [
        new("echo, and the client closes", static stage => PlayAsync(stage, EchoAsync, static async (stage, socket) =>
        {
            for (var i = 0; i < 10; i++)
                await AskAsync(stage, socket, $"message {i}");
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", CancellationToken.None).Soon();
            stage.Say("client", $"{socket.State} {socket.CloseStatus} {socket.CloseStatusDescription}");
        })),
        new("1 MiB in a message", static stage => PlayAsync(stage, EchoAsync, static async (stage, socket) =>
        {
            await AskAsync(stage, socket, new string('x', 1024 * 1024));
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).Soon();
        })),
        new("the server closes", static stage => PlayAsync(stage,
            static socket => socket.CloseAsync(WebSocketCloseStatus.PolicyViolation, "no more", CancellationToken.None),
            static async (stage, socket) =>
            {
                var result = await socket.ReceiveAsync(new byte[10], CancellationToken.None).Soon();
                stage.Say("client", $"{result.MessageType} {result.CloseStatus} {result.CloseStatusDescription}");
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).Soon();
            })),
        new("the client leaves without a close", static stage => PlayAsync(stage,
            async socket =>
            {
                await socket.SendAsync("x"u8.ToArray(), WebSocketMessageType.Text, true, CancellationToken.None);
                var exception = await Assert.ThrowsAsync<WebSocketException>(() => socket.ReceiveAsync(new byte[10], CancellationToken.None).Soon());
                stage.Say("server", exception.WebSocketErrorCode);
            },
            static async (_, socket) =>
            {
                await socket.ReceiveAsync(new byte[10], CancellationToken.None).Soon();
                socket.Abort();
            })),
        new("the server aborts", static stage => PlayAsync(stage,
            static async socket =>
            {
                await socket.ReceiveAsync(new byte[10], CancellationToken.None);
                socket.Abort();
            },
            static async (stage, socket) =>
            {
                await socket.SendAsync("x"u8.ToArray(), WebSocketMessageType.Text, true, CancellationToken.None).Soon();
                var exception = await Assert.ThrowsAsync<WebSocketException>(() => socket.ReceiveAsync(new byte[10], CancellationToken.None).Soon());
                stage.Say("client", exception.WebSocketErrorCode);
            })),
        new("both send at once", static stage => PlayAsync(stage, static async socket =>
        {
            await BothAsync(socket);
            await EchoAsync(socket);
        }, static async (_, socket) =>
        {
            await BothAsync(socket);
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).Soon();
        })),
    ];

    public static TheoryData<string, string> Cases => Row.Cases(s_rows);

    [Theory]
    [MemberData(nameof(Cases))]
    public Task WebSocket_OfEachKind_IsAsOnKestrelsOwn(string row, string transport) => Comparison.PlayAsync(s_rows, row, transport);

    private static async Task PlayAsync(Stage stage, Func<WebSocket, Task> server, Func<Stage, WebSocket, Task> client)
    {
        var served = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var app = await stage.StartAsync(new Setup
        {
            Map = app =>
            {
                app.UseWebSockets();
                app.Map("/socket", async (HttpContext http) =>
                {
                    try
                    {
                        using var socket = await http.WebSockets.AcceptWebSocketAsync();
                        await server(socket);
                        served.SetResult();
                    }
                    catch (Exception exception)
                    {
                        served.SetException(exception);
                        throw;
                    }
                });
            },
        });
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{app.Port()}/socket"), CancellationToken.None).Soon();
        await client(stage, socket);
        await served.Task.Soon();
    }

    private static async Task EchoAsync(WebSocket socket)
    {
        var buffer = new byte[16384];
        while (true)
        {
            var result = await socket.ReceiveAsync(buffer, CancellationToken.None);
            if (result.MessageType == WebSocketMessageType.Close)
                break;
            await socket.SendAsync(buffer.AsMemory(0, result.Count), result.MessageType, result.EndOfMessage, CancellationToken.None);
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", CancellationToken.None);
    }

    private static async Task AskAsync(Stage stage, WebSocket socket, string text)
    {
        await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, CancellationToken.None).Soon();
        var answer = await ReceiveAsync(socket);
        Assert.Equal(text, answer);
        stage.Say("answer", answer.Length);
    }

    private static async Task<string> ReceiveAsync(WebSocket socket)
    {
        using var all = new MemoryStream();
        var buffer = new byte[16384];
        WebSocketReceiveResult result;
        do
        {
            result = await socket.ReceiveAsync(buffer, CancellationToken.None).Soon();
            all.Write(buffer, 0, result.Count);
        }
        while (!result.EndOfMessage);
        return Encoding.UTF8.GetString(all.ToArray());
    }

    private static async Task BothAsync(WebSocket socket)
    {
        const int Count = 200;
        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < Count; i++)
                await socket.SendAsync(new byte[10_000], WebSocketMessageType.Binary, true, CancellationToken.None);
        });
        for (var i = 0; i < Count; i++)
            Assert.Equal(10_000, (await ReceiveAsync(socket)).Length);
        await sending.Soon();
    }
}

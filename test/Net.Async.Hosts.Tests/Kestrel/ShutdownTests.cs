using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Net.Async.Tests.Kestrel;

/// <summary>The end of an app that has connections.</summary>
[Collection(RowsCollection.Name)]
public class ShutdownTests
{
    private static readonly Row[] s_rows =
    [
        new("a request under way", RequestAsync) { Logs = LogRule.Free },
        new("a connection that waits for its next request", IdleAsync),
        new("a connection that has sent nothing", SilentAsync),
        new("a handler that does not end", EndlessAsync) { Logs = LogRule.Free },
        new("a WebSocket that stays open", WebSocketAsync) { Logs = LogRule.Free },
        new("20 clients that ask all the time", LoadAsync) { Logs = LogRule.Free },
    ];

    public static TheoryData<string, string> Cases => Row.Cases(s_rows);

    [Theory]
    [MemberData(nameof(Cases))]
    public Task Stop_WithEachConnection_IsAsOnKestrelsOwn(string row, string transport) => Comparison.PlayAsync(s_rows, row, transport);

    // It is answered; meanwhile no other client is let in.
    private static async Task RequestAsync(Stage stage)
    {
        var (started, release) = (Signal.New(), Signal.New());
        var app = await stage.StartAsync(new Setup
        {
            Map = app => app.MapGet("/", async () =>
            {
                started.SetResult();
                await release.Task;
                return "done";
            }),
        });
        var endPoint = app.EndPoint();
        var client = await stage.DialAsync(endPoint);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: one.test\r\n\r\n");
        await started.Task.Soon();
        var stopping = app.StopAsync();
        var watch = System.Diagnostics.Stopwatch.StartNew();
        while (!await Ports.IsRefusedAsync(endPoint))
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(3), "clients are still let in");
        Assert.False(stopping.IsCompleted);
        release.SetResult();
        var response = await client.ReadResponseAsync();
        // Kestrel may have told the connection by now that it is the last request, or not.
        stage.Say("response", response.Replace("Connection: close\r\n", "", StringComparison.Ordinal));
        Assert.Equal(("", "end"), await client.ReadToEndAsync());
        await stopping;
        Assert.Equal(0, app.Open);
    }

    private static async Task IdleAsync(Stage stage)
    {
        var app = await stage.StartAsync(new Setup { Map = Site.Map });
        var client = await stage.DialAsync(app.EndPoint());
        await client.SendAsync("GET /plain HTTP/1.1\r\nHost: one.test\r\n\r\n");
        await client.ReadResponseAsync();
        await Eventually.IsAsync(() => app.Log.Has("ConnectionKeepAlive"), "the connection waits for its next request");
        var stopping = app.StopAsync();
        stage.Say("end", await client.ReadToEndAsync());
        await stopping;
    }

    private static async Task SilentAsync(Stage stage)
    {
        var app = await stage.StartAsync(new Setup { Map = Site.Map });
        var client = await stage.DialAsync(app.EndPoint());
        await Eventually.IsAsync(() => app.Open == 1, "the connection is open");
        var stopping = app.StopAsync();
        stage.Say("end", await client.ReadToEndAsync());
        await stopping;
    }

    private static async Task EndlessAsync(Stage stage)
    {
        var (started, aborted) = (Signal.New(), Signal.New());
        var app = await stage.StartAsync(new Setup
        {
            ShutdownTimeout = TimeSpan.FromMilliseconds(300),
            Map = app => app.MapGet("/", async (HttpContext http) =>
            {
                started.SetResult();
                await Eventually.FiresAsync("RequestAborted fires", http.RequestAborted);
                aborted.SetResult();
            }),
        });
        var client = await stage.DialAsync(app.EndPoint());
        await client.SendAsync("GET / HTTP/1.1\r\nHost: one.test\r\n\r\n");
        await started.Task.Soon();
        await app.StopAsync();
        await aborted.Task.Soon();
        stage.Say("end", await client.ReadToEndAsync());
    }

    private static async Task WebSocketAsync(Stage stage)
    {
        var app = await stage.StartAsync(new Setup
        {
            ShutdownTimeout = TimeSpan.FromMilliseconds(300),
            Map = static app =>
            {
                app.UseWebSockets();
                app.Map("/", HoldAsync);
            },
        });
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{app.Port()}/"), CancellationToken.None).Soon();
        var receiving = socket.ReceiveAsync(new byte[10], CancellationToken.None).Soon();
        await app.StopAsync();
        await Assert.ThrowsAsync<WebSocketException>(() => receiving);
    }

    private static async Task HoldAsync(HttpContext http)
    {
        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => socket.ReceiveAsync(new byte[10], CancellationToken.None));
    }

    // Each request that a handler has begun is answered whole.
    private static async Task LoadAsync(Stage stage)
    {
        var begun = 0;
        var app = await stage.StartAsync(new Setup
        {
            Kestrel = static kestrel => kestrel.Listen(IPAddress.Loopback, 0),
            Map = app => app.MapGet("/", async (HttpContext http) =>
            {
                Interlocked.Increment(ref begun);
                await Task.Delay(2);
                http.Response.ContentLength = 20_000;
                await http.Response.Body.WriteAsync(new byte[20_000]);
            }),
        });
        var clients = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => stage.DialAsync(app.EndPoint())));
        var asking = clients.Select(static client => Task.Run(() => AskAsync(client))).ToArray();
        await Eventually.IsAsync(() => begun > 200, "clients are answered");
        await app.StopAsync();
        var answered = await Task.WhenAll(asking).Soon();
        Assert.Equal(begun, answered.Sum());
        Assert.Equal(0, app.Open);
    }

    // As many as it gets; a part of an answer is an error.
    private static async Task<int> AskAsync(RawClient client)
    {
        for (var answered = 0; ; answered++)
        {
            try
            {
                await client.SendAsync("GET / HTTP/1.1\r\nHost: one.test\r\n\r\n");
                if (await client.HasEndedAsync())
                    return answered;
            }
            catch (IOException)
            {
                return answered;
            }

            Assert.Contains("(20000 bytes", await client.ReadResponseAsync(), StringComparison.Ordinal);
        }
    }
}

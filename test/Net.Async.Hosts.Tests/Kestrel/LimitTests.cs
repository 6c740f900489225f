using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Net.Async.Tests.Kestrel;

/// <summary>Kestrel's limits, and the back-pressure that keeps each side's bytes within bounds.</summary>
[Collection(RowsCollection.Name)]
public class LimitTests
{
    // What the kernel keeps for both ends of a connection, with room.
    private const long MostHeld = 32 * 1024 * 1024;

    private static readonly Row[] s_rows =
    [
        new("one connection too many", static stage => TooManyAsync(stage, tls: false)),
        new("one connection too many under TLS", static stage => TooManyAsync(stage, tls: true)),
        new("request body too large", TooLargeAsync),
        new("app that does not read", NotReadAsync) { Logs = LogRule.SameLines },
        new("client that does not read", NotTakenAsync) { Logs = LogRule.Free },
    ];

    public static TheoryData<string, string> Cases => Row.Cases(s_rows);

    [Theory]
    [MemberData(nameof(Cases))]
    public Task Limit_OfEachKind_IsAsOnKestrelsOwn(string row, string transport) => Comparison.PlayAsync(s_rows, row, transport);

    private static async Task TooManyAsync(Stage stage, bool tls)
    {
        var app = await stage.StartAsync(new Setup
        {
            Kestrel = kestrel =>
            {
                kestrel.Limits.MaxConcurrentConnections = 2;
                kestrel.Listen(IPAddress.Loopback, 0, listen =>
                {
                    if (tls)
                        listen.UseHttps(Certificates.One);
                });
            },
            Map = Site.Map,
        });
        await AskAsync(stage, app, tls);
        var second = await AskAsync(stage, app, tls);
        var third = await stage.DialAsync(app.EndPoint());
        stage.Say("the third", await third.ReadToEndAsync());
        await second.DisposeAsync();
        await Eventually.IsAsync(() => app.Log.Counts.Stopped == 2, "a connection has ended");
        await AskAsync(stage, app, tls);
    }

    private static async Task<RawClient> AskAsync(Stage stage, KestrelApp app, bool tls)
    {
        var client = await stage.DialAsync(app.EndPoint());
        if (tls)
            await client.StartTlsAsync(new() { TargetHost = "one.test", RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate is not null });
        await client.SendAsync("GET /plain HTTP/1.1\r\nHost: one.test\r\n\r\n");
        stage.Say("response", await client.ReadResponseAsync());
        return client;
    }

    private static async Task TooLargeAsync(Stage stage)
    {
        var app = await stage.StartAsync(new Setup
        {
            Kestrel = static kestrel =>
            {
                kestrel.Limits.MaxRequestBodySize = 1000;
                kestrel.Listen(IPAddress.Loopback, 0);
            },
            Map = Site.Map,
        });
        var client = await stage.DialAsync(app.EndPoint());
        await client.SendAsync("POST /hash HTTP/1.1\r\nHost: one.test\r\nContent-Length: 1001\r\n\r\n");
        stage.Say("response", await client.ReadToEndAsync());
    }

    private static async Task NotReadAsync(Stage stage)
    {
        var (started, release) = (Signal.New(), Signal.New());
        var app = await stage.StartAsync(new Setup
        {
            Kestrel = static kestrel =>
            {
                kestrel.Limits.MaxRequestBodySize = null;
                kestrel.Limits.MinRequestBodyDataRate = null;
                kestrel.Listen(IPAddress.Loopback, 0);
            },
            Map = app => app.MapPost("/", async (HttpContext http) =>
            {
                started.SetResult();
                await release.Task;
                await http.Request.Body.CopyToAsync(Stream.Null);
            }),
        });
        var client = await stage.DialAsync(app.EndPoint());
        await client.SendAsync("POST / HTTP/1.1\r\nHost: one.test\r\nContent-Length: 67108864\r\n\r\n");
        await started.Task.Soon();
        var sent = await SendUntilHeldAsync(client.Socket);
        Assert.InRange(sent, 1, MostHeld);
        release.SetResult();
        await client.SendAsync(new byte[67108864 - sent]);
        stage.Say("response", await client.ReadResponseAsync());
    }

    // A flush that says nothing of the kernel would let the app write without an end.
    private static async Task NotTakenAsync(Stage stage)
    {
        var written = 0L;
        var app = await stage.StartAsync(new Setup
        {
            Kestrel = static kestrel =>
            {
                kestrel.Limits.MinResponseDataRate = null;
                kestrel.Listen(IPAddress.Loopback, 0);
            },
            Map = app => app.MapGet("/", async (HttpContext http) =>
            {
                var block = new byte[65536];
                for (var i = 0; i < 4096; i++)
                {
                    await http.Response.Body.WriteAsync(block, http.RequestAborted);
                    Interlocked.Add(ref written, block.Length);
                }
            }),
        });
        var client = await stage.DialAsync(app.EndPoint());
        await client.SendAsync("GET / HTTP/1.0\r\n\r\n");
        for (long before = -1; before != Interlocked.Read(ref written) || before == 0;)
        {
            before = Interlocked.Read(ref written);
            Assert.InRange(before, 0, MostHeld);
            await Task.Delay(200);
        }

        await client.ReadHeadAsync();
        await client.SkipAsync(4096L * 65536);
        stage.Say("end", await client.ReadToEndAsync());
    }

    // Held: for so long that it is no hesitation.
    private static async Task<long> SendUntilHeldAsync(Socket socket)
    {
        var block = new byte[65536];
        var sent = 0L;
        while (true)
        {
            var sending = socket.SendAsync(block.AsMemory(), SocketFlags.None).AsTask();
            if (await Task.WhenAny(sending, Task.Delay(500)) != sending)
            {
                // The kernel takes the block with what is sent behind it.
                return sent + block.Length;
            }

            sent += await sending;
            Assert.InRange(sent, 0, MostHeld);
        }
    }
}

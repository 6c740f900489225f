using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using DataRate = Microsoft.AspNetCore.Server.Kestrel.Core.MinDataRate;

namespace Net.Async.Tests.Kestrel;

/// <summary>Clients that are slow, or silent, and Kestrel's time limits for them.</summary>
[Collection(RowsCollection.Name)]
public class SlowTests
{
    // The shortest time that Kestrel takes: more than its heartbeat of a second. The rate is high, since each write may take its length by the rate.
    private static readonly DataRate s_rate = new(1_000_000, TimeSpan.FromSeconds(1.01));

    private static readonly SlowRows s_rows = new(
    [
        new("headers that do not end", static stage => EndsAsync(stage, "GET /plain HTTP/1.1\r\nHost: ")),
        new("headers that are never begun", static stage => EndsAsync(stage, "")),
        new("nothing behind a response", static stage => EndsAsync(stage, "GET /plain HTTP/1.1\r\nHost: one.test\r\n\r\n")),
        new("body that comes too slowly", static stage => EndsAsync(stage, "POST /hash HTTP/1.1\r\nHost: one.test\r\nContent-Length: 100000\r\n\r\nhello")) { Logs = LogRule.SameLines },
        new("response that is not read", NotReadAsync) { Logs = LogRule.Free },
        new("response that is read slowly", ReadSlowlyAsync),
        new("TLS handshake that does not end", HandshakeAsync),
    ]);

    public static TheoryData<string, string> Cases => Row.Cases(s_rows.Rows);

    [Theory]
    [MemberData(nameof(Cases))]
    public Task Client_ThatIsSlow_EndsAsOnKestrelsOwn(string row, string transport) => s_rows.CompareAsync(row, transport);

    private static Task<KestrelApp> StartAsync(Stage stage, DataRate? response = null) => stage.StartAsync(new Setup
    {
        Kestrel = kestrel =>
        {
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(1);
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(1);
            kestrel.Limits.MinRequestBodyDataRate = s_rate;
            // None where a row is about something else: a busy machine holds back a response of a few bytes for longer than this rate allows.
            kestrel.Limits.MinResponseDataRate = response;
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Listen(IPAddress.Loopback, 0, static listen => listen.UseHttps(Certificates.One, static https => https.HandshakeTimeout = TimeSpan.FromSeconds(1)));
        },
        Map = Site.Map,
    });

    // Kestrel ends it in its time.
    private static async Task EndsAsync(Stage stage, string request)
    {
        var client = await stage.DialAsync((await StartAsync(stage)).EndPoint());
        await client.SendAsync(request);
        stage.Say("end", await client.ReadToEndAsync());
    }

    private static async Task NotReadAsync(Stage stage)
    {
        var app = await StartAsync(stage, s_rate);
        var client = await stage.DialAsync(app.EndPoint(), receiveBuffer: 4096);
        await client.SendAsync("GET /bytes/67108864 HTTP/1.1\r\nHost: one.test\r\n\r\n");
        await Eventually.IsAsync(() => app.Log.Has("ResponseMinimumDataRateNotSatisfied"), "the log says that the client reads too slowly");
        await Eventually.IsAsync(() => app.Open == 0, "the connection has ended");
        stage.Say("end", (await client.ReadToEndAsync()).End);
    }

    // Slower than the server, and fast enough. A pause of the machine, as long as the time of grace, would be one of the client's: it has to be rare.
    private static async Task ReadSlowlyAsync(Stage stage)
    {
        var client = await stage.DialAsync((await StartAsync(stage, new DataRate(10_000, TimeSpan.FromSeconds(5)))).EndPoint(), receiveBuffer: 65536);
        const int Count = 8 * 1024 * 1024;
        await client.SendAsync($"GET /bytes/{Count} HTTP/1.1\r\nHost: one.test\r\nConnection: close\r\n\r\n");
        stage.Say("head", await client.ReadHeadAsync());
        var left = (long)Count;
        // Six seconds: more than the time of grace.
        for (var part = Count / 20; left > part; left -= part)
        {
            await client.SkipAsync(part);
            await Task.Delay(300);
        }

        await client.SkipAsync(left);
        stage.Say("end", await client.ReadToEndAsync());
    }

    private static async Task HandshakeAsync(Stage stage)
    {
        var client = await stage.DialAsync((await StartAsync(stage)).EndPoint(1));
        await client.SendAsync("\x16\x03\x01");
        stage.Say("end", await client.ReadToEndAsync());
    }
}

using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Net.Async.Tests.Kestrel;

/// <summary>HTTP/2: many streams write to one connection, from many threads.</summary>
[Collection(RowsCollection.Name)]
public class Http2Tests
{
    private static readonly Row[] s_rows =
    [
        new("a request over TLS", static stage => AsksAsync(stage, Site.Https)),
        new("a request without TLS", static stage => AsksAsync(stage, Site.Http2)),
        new("100 streams over TLS", static stage => StreamsAsync(stage, Site.Https)) { Logs = LogRule.SameLines },
        new("100 streams without TLS", static stage => StreamsAsync(stage, Site.Http2)) { Logs = LogRule.SameLines },
        new("100 uploads of 256 KiB", UploadsAsync) { Logs = LogRule.SameLines },
        new("client resets a stream", ResetAsync),
        new("server resets a stream", AbortAsync),
        new("GOAWAY when the app stops", GoAwayAsync),
        new("HTTP/1.1 to a port of HTTP/2", WrongVersionAsync),
        new("slow client of 20 streams", SlowClientAsync) { Logs = LogRule.SameLines },
    ];

    public static TheoryData<string, string> Cases => Row.Cases(s_rows);

    [Theory]
    [MemberData(nameof(Cases))]
    public Task Http2_OfEachKind_IsAsOnKestrelsOwn(string row, string transport) => Comparison.PlayAsync(s_rows, row, transport);

    private static async Task AsksAsync(Stage stage, int endPoint)
    {
        var http = await DialAsync(stage, endPoint);
        for (var i = 0; i < 3; i++)
        {
            using var response = await http.Client.GetAsync("/protocol");
            Assert.Equal("HTTP/2", await response.Content.ReadAsStringAsync());
            response.Headers.Date = null;
            stage.Say("response", response);
        }

        Assert.Equal(1, http.Connections);
    }

    private static async Task StreamsAsync(Stage stage, int endPoint)
    {
        const int Size = 100_000;
        var http = await DialAsync(stage, endPoint);
        var bodies = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => http.Client.GetByteArrayAsync($"/bytes/{Size}"))).Soon();
        Assert.All(bodies, static body => Assert.Equal(Site.HashOf(Size), Hash(body)));
        stage.Say("connections", http.Connections);
    }

    private static async Task UploadsAsync(Stage stage)
    {
        const int Size = 262_144;
        var http = await DialAsync(stage, Site.Http2);
        var bytes = new byte[Size];
        for (var position = 0; position < Size; position += 65536)
            Site.Fill(bytes.AsSpan(position, 65536), position);
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(async _ =>
        {
            using var content = new ByteArrayContent(bytes);
            using var response = await http.Client.PostAsync("/hash", content);
            return await response.Content.ReadAsStringAsync();
        })).Soon();
        Assert.All(answers, static answer => Assert.Equal(Site.HashOf(Size), answer));
        stage.Say("connections", http.Connections);
    }

    private static async Task ResetAsync(Stage stage)
    {
        var (started, aborted) = (Signal.New(), Signal.New());
        var app = await StartAsync(stage, app => app.MapGet("/wait", async (HttpContext http) =>
        {
            started.SetResult();
            await Eventually.FiresAsync("RequestAborted fires", http.RequestAborted);
            aborted.SetResult();
        }));
        var http = stage.Own(new Http(app, 0, HttpVersion.Version20));
        using var cancellation = new CancellationTokenSource();
        var asked = http.Client.GetAsync("/wait", cancellation.Token);
        await started.Task.Soon();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        await aborted.Task.Soon();
        stage.Say("the connection stays", await http.Client.GetStringAsync("/plain"));
        Assert.Equal(1, http.Connections);
    }

    private static async Task AbortAsync(Stage stage)
    {
        var http = await DialAsync(stage, Site.Http2);
        var exception = await Assert.ThrowsAsync<HttpRequestException>(() => http.Client.GetByteArrayAsync("/abort/1000"));
        stage.Say("the client gets", exception.HttpRequestError);
        stage.Say("the connection stays", await http.Client.GetStringAsync("/plain"));
        Assert.Equal(1, http.Connections);
    }

    // What was begun is answered; the connection ends behind it.
    private static async Task GoAwayAsync(Stage stage)
    {
        var (started, release) = (Signal.New(), Signal.New());
        var app = await StartAsync(stage, app => app.MapGet("/wait", async () =>
        {
            started.SetResult();
            await release.Task;
            return "done";
        }));
        var http = stage.Own(new Http(app, 0, HttpVersion.Version20));
        var asked = http.Client.GetStringAsync("/wait");
        await started.Task.Soon();
        var stopping = app.StopAsync();
        await Eventually.IsAsync(() => app.Log.Has("Http2ConnectionClosing"), "the connection is closing");
        release.SetResult();
        Assert.Equal("done", await asked.Soon());
        await stopping;
        Assert.Equal(0, app.Open);
    }

    private static async Task WrongVersionAsync(Stage stage)
    {
        var client = await stage.DialAsync((await stage.SharedAsync()).EndPoint(Site.Http2));
        await client.SendAsync("GET /plain HTTP/1.1\r\nHost: one.test\r\n\r\n");
        stage.Say("end", await client.ReadToEndAsync());
    }

    // All streams write while the connection's flush waits.
    private static async Task SlowClientAsync(Stage stage)
    {
        const int Size = 1_000_000;
        var http = await DialAsync(stage, Site.Http2);
        var hashes = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            using var response = await http.Client.GetAsync($"/bytes/{Size}", HttpCompletionOption.ResponseHeadersRead);
            await using var body = await response.Content.ReadAsStreamAsync();
            using var all = new MemoryStream();
            var part = new byte[100_000];
            for (int count; (count = await body.ReadAsync(part)) > 0;)
            {
                all.Write(part, 0, count);
                await Task.Yield();
            }

            return Hash(all.ToArray());
        })).Soon();
        Assert.All(hashes, static hash => Assert.Equal(Site.HashOf(Size), hash));
        stage.Say("connections", http.Connections);
    }

    private static async Task<Http> DialAsync(Stage stage, int endPoint) => stage.Own(new Http(await stage.SharedAsync(), endPoint, HttpVersion.Version20));

    private static Task<KestrelApp> StartAsync(Stage stage, Action<WebApplication> map) => stage.StartAsync(new Setup
    {
        Kestrel = static kestrel => kestrel.Listen(IPAddress.Loopback, 0, static listen => listen.Protocols = HttpProtocols.Http2),
        Map = app =>
        {
            Site.Map(app);
            map(app);
        },
    });

    private static string Hash(byte[] body) => $"({body.Length} bytes, {Convert.ToHexStringLower(SHA256.HashData(body))})";
}

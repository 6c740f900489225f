using System.Text;

namespace Net.Async.Tests.Kestrel;

/// <summary>Requests of HTTP/1, byte by byte, as clients send them and as they should not.</summary>
[Collection(RowsCollection.Name)]
public class RequestTests
{
    private const string Get = "GET /plain HTTP/1.1\r\nHost: one.test\r\n\r\n";
    private const long Large = 100 * 1024 * 1024;

    private static readonly Row[] s_rows =
    [
        new("GET", static stage => AnswersAsync(stage, Get)),
        new("HEAD", static stage => AnswersAsync(stage, "HEAD /plain HTTP/1.1\r\nHost: one.test\r\n\r\n", toHead: true)),
        new("not found", static stage => AnswersAsync(stage, "GET /nothing HTTP/1.1\r\nHost: one.test\r\n\r\n")),
        new("POST with a length", static stage => AnswersAsync(stage, "POST /echo HTTP/1.1\r\nHost: one.test\r\nContent-Length: 11\r\n\r\nhello there")),
        new("POST in chunks", static stage => AnswersAsync(stage, "POST /echo HTTP/1.1\r\nHost: one.test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;ext=1\r\n there\r\n0\r\nTrailer: 1\r\n\r\n")),
        new("response in chunks", static stage => AnswersAsync(stage, "GET /chunks/20 HTTP/1.1\r\nHost: one.test\r\n\r\n")),
        new("keep-alive", static stage => AnswersAsync(stage, Get, Get, Get)),
        new("Connection: close", static stage => EndsAsync(stage, "GET /plain HTTP/1.1\r\nHost: one.test\r\nConnection: close\r\n\r\n")),
        new("HTTP/1.0", static stage => EndsAsync(stage, "GET /plain HTTP/1.0\r\n\r\n")),
        new("HTTP/1.0 keep-alive", static stage => AnswersAsync(stage, "GET /plain HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "GET /plain HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")),
        new("HTTP/1.0 in chunks", static stage => EndsAsync(stage, "GET /chunks/20 HTTP/1.0\r\n\r\n")),
        new("Expect: 100-continue", ContinueAsync),
        new("pipelined in one segment", static stage => PipelinedAsync(stage, cuts: false)),
        new("pipelined, cut at every byte", static stage => PipelinedAsync(stage, cuts: true)),
        new("a byte at a time", ByBytesAsync),
        new("100 MB up", UpAsync),
        new("100 MB up in chunks", UpInChunksAsync),
        new("100 MB down", DownAsync),
        new("malformed request line", static stage => EndsAsync(stage, "GET\r\n\r\n")),
        new("bytes that are no HTTP", static stage => EndsAsync(stage, "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n")),
        new("no Host", static stage => EndsAsync(stage, "GET /plain HTTP/1.1\r\n\r\n")),
        new("unknown version", static stage => EndsAsync(stage, "GET /plain HTTP/1.9\r\nHost: one.test\r\n\r\n")),
        new("malformed header", static stage => EndsAsync(stage, "GET /plain HTTP/1.1\r\nHost: one.test\r\nno colon\r\n\r\n")),
        new("malformed chunk", static stage => EndsAsync(stage, "POST /echo HTTP/1.1\r\nHost: one.test\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n")),
        new("flood of headers", static stage => EndsAsync(stage, "GET /plain HTTP/1.1\r\nHost: one.test\r\n" + string.Concat(Enumerable.Range(0, 101).Select(static i => $"X-{i}: {i}\r\n")) + "\r\n")),
        new("header too large", static stage => EndsAsync(stage, $"GET /plain HTTP/1.1\r\nHost: one.test\r\nX: {new string('x', 40_000)}\r\n\r\n")),
        new("request line too large", static stage => EndsAsync(stage, $"GET /{new string('x', 9000)} HTTP/1.1\r\nHost: one.test\r\n\r\n")),
        new("addresses of HttpContext.Connection", AddressesAsync),
    ];

    public static TheoryData<string, string> Cases => Row.Cases(s_rows);

    [Theory]
    [MemberData(nameof(Cases))]
    public Task Request_OfEachKind_IsAsOnKestrelsOwn(string row, string transport) => Comparison.PlayAsync(s_rows, row, transport);

    private static async Task<RawClient> DialAsync(Stage stage) => await stage.DialAsync((await stage.SharedAsync()).EndPoint());

    private static Task AnswersAsync(Stage stage, params string[] requests) => AnswersAsync(stage, requests, toHead: false);

    private static Task AnswersAsync(Stage stage, string request, bool toHead) => AnswersAsync(stage, [request], toHead);

    // Several requests are several on one connection.
    private static async Task AnswersAsync(Stage stage, string[] requests, bool toHead)
    {
        var client = await DialAsync(stage);
        foreach (var request in requests)
        {
            await client.SendAsync(request);
            stage.Say("response", await client.ReadResponseAsync(toHead));
        }

        client.EndSending();
        stage.Say("rest", await client.ReadToEndAsync());
    }

    // The server ends it.
    private static async Task EndsAsync(Stage stage, string request)
    {
        var client = await DialAsync(stage);
        await client.SendAsync(request);
        var (text, end) = await client.ReadToEndAsync();
        Assert.NotEmpty(text);
        stage.Say("response", text);
        stage.Say("end", end);
    }

    private static async Task ContinueAsync(Stage stage)
    {
        var client = await DialAsync(stage);
        await client.SendAsync("POST /echo HTTP/1.1\r\nHost: one.test\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
        var interim = await client.ReadResponseAsync();
        Assert.StartsWith("HTTP/1.1 100", interim, StringComparison.Ordinal);
        stage.Say("interim", interim);
        await client.SendAsync("hello");
        stage.Say("response", await client.ReadResponseAsync());
    }

    private static async Task PipelinedAsync(Stage stage, bool cuts)
    {
        var requests = Encoding.Latin1.GetBytes(Get + "POST /echo HTTP/1.1\r\nHost: one.test\r\nContent-Length: 5\r\n\r\nhello" + Get);
        // Two segments, cut at each place: a connection for each.
        foreach (var cut in cuts ? Enumerable.Range(1, requests.Length - 1) : [0])
        {
            var client = await DialAsync(stage);
            await client.SendAsync(requests.AsMemory(0, cut));
            await client.SendAsync(requests.AsMemory(cut));
            var responses = await client.ReadResponseAsync() + await client.ReadResponseAsync() + await client.ReadResponseAsync();
            if (cut <= 1)
                stage.Say("responses", responses);
            Assert.Contains("hello", responses, StringComparison.Ordinal);
        }
    }

    private static async Task ByBytesAsync(Stage stage)
    {
        var client = await DialAsync(stage);
        var requests = Encoding.Latin1.GetBytes(Get + Get);
        for (var i = 0; i < requests.Length; i++)
            await client.SendAsync(requests.AsMemory(i, 1));
        stage.Say("responses", await client.ReadResponseAsync() + await client.ReadResponseAsync());
    }

    private static async Task UpAsync(Stage stage)
    {
        var client = await DialAsync(stage);
        await client.SendAsync($"POST /hash HTTP/1.1\r\nHost: one.test\r\nContent-Length: {Large}\r\n\r\n");
        using var memory = new MemoryWatch();
        await SendLargeAsync(client, chunks: false);
        await AssertHashAsync(stage, client, memory);
    }

    private static async Task UpInChunksAsync(Stage stage)
    {
        var client = await DialAsync(stage);
        await client.SendAsync("POST /hash HTTP/1.1\r\nHost: one.test\r\nTransfer-Encoding: chunked\r\n\r\n");
        using var memory = new MemoryWatch();
        await SendLargeAsync(client, chunks: true);
        await client.SendAsync("0\r\n\r\n");
        await AssertHashAsync(stage, client, memory);
    }

    private static async Task DownAsync(Stage stage)
    {
        var client = await DialAsync(stage);
        using var memory = new MemoryWatch();
        await client.SendAsync($"GET /bytes/{Large} HTTP/1.1\r\nHost: one.test\r\n\r\n");
        await AssertHashAsync(stage, client, memory);
    }

    private static async Task AssertHashAsync(Stage stage, RawClient client, MemoryWatch memory)
    {
        var response = await client.ReadResponseAsync();
        Assert.Contains(Site.HashOf(Large), response, StringComparison.Ordinal);
        stage.Say("response", response);
        Assert.InRange(memory.Growth, 0, 64 * 1024 * 1024);
    }

    private static async Task SendLargeAsync(RawClient client, bool chunks)
    {
        var block = new byte[65536];
        for (var position = 0L; position < Large; position += block.Length)
        {
            Site.Fill(block, position);
            if (chunks)
                await client.SendAsync("10000\r\n");
            await client.SendAsync(block);
            if (chunks)
                await client.SendAsync("\r\n");
        }
    }

    private static async Task AddressesAsync(Stage stage)
    {
        var app = await stage.SharedAsync();
        var client = await stage.DialAsync(app.EndPoint());
        await client.SendAsync($"GET /addresses HTTP/1.1\r\nHost: localhost:{app.Port()}\r\n\r\n");
        var response = await client.ReadResponseAsync();
        Assert.Contains("127.0.0.1 True 127.0.0.1 True", response, StringComparison.Ordinal);
        stage.Say("response", response);
    }
}

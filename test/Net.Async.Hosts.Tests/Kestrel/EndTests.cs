using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Net.Async.Tests.Kestrel;

/// <summary>Ends in the middle: of a request, of a response, of a handler that waits.</summary>
[Collection(RowsCollection.Name)]
public class EndTests
{
    private static readonly Row[] s_rows =
    [
        new("client leaves with FIN while the handler waits", static stage => LeavesAsync(stage, reset: false)),
        new("client leaves with RST while the handler waits", static stage => LeavesAsync(stage, reset: true)),
        new("client leaves with FIN in the middle of its upload", static stage => LeavesUploadAsync(stage, reset: false)),
        new("client leaves with RST in the middle of its upload", static stage => LeavesUploadAsync(stage, reset: true)) { Logs = LogRule.Free },
        new("client leaves with RST in the middle of the response", LeavesResponseAsync),
        new("HttpContext.Abort before the response", static stage => AbortAsync(stage, 0)),
        new("HttpContext.Abort in the middle of the response", static stage => AbortAsync(stage, 1000)),
        new("handler throws before the response", static stage => ThrowsAsync(stage, started: false)),
        new("handler throws in the middle of the response", static stage => ThrowsAsync(stage, started: true)),
    ];

    public static TheoryData<string, string> Cases => Row.Cases(s_rows);

    [Theory]
    [MemberData(nameof(Cases))]
    public Task End_OfEachKind_IsAsOnKestrelsOwn(string row, string transport) => Comparison.PlayAsync(s_rows, row, transport);

    private static async Task LeavesAsync(Stage stage, bool reset)
    {
        var (started, aborted) = (Signal.New(), Signal.New());
        var app = await stage.StartAsync(new Setup
        {
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
        client.Leave(reset);
        await aborted.Task.Soon();
    }

    private static async Task LeavesUploadAsync(Stage stage, bool reset)
    {
        var (started, failed) = (Signal.New(), new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously));
        var app = await stage.StartAsync(new Setup
        {
            Map = app => app.MapPost("/", async (HttpContext http) =>
            {
                try
                {
                    // All that comes, and then the wait for what does not.
                    await http.Request.Body.ReadExactlyAsync(new byte[50_000]);
                    started.SetResult();
                    await http.Request.Body.CopyToAsync(Stream.Null);
                }
                catch (Exception exception)
                {
                    failed.SetResult(exception);
                }
            }),
        });
        var client = await stage.DialAsync(app.EndPoint());
        await client.SendAsync("POST / HTTP/1.1\r\nHost: one.test\r\nContent-Length: 1000000\r\n\r\n");
        await client.SendAsync(new byte[50_000]);
        await started.Task.Soon();
        client.Leave(reset);
        var exception = await failed.Task.Soon();
        stage.Say("the handler gets", $"{exception.GetType().Name}: {(reset ? "" : exception.Message)}");
    }

    private static async Task LeavesResponseAsync(Stage stage)
    {
        var (started, aborted) = (Signal.New(), Signal.New());
        var app = await stage.StartAsync(new Setup
        {
            Map = app => app.MapGet("/", async (HttpContext http) =>
            {
                using var registration = http.RequestAborted.Register(aborted.SetResult);
                for (var i = 0; i < 1000 && !http.RequestAborted.IsCancellationRequested; i++)
                {
                    await http.Response.Body.WriteAsync(new byte[65536]);
                    started.TrySetResult();
                }

                await aborted.Task.Soon();
            }),
        });
        var client = await stage.DialAsync(app.EndPoint());
        await client.SendAsync("GET / HTTP/1.1\r\nHost: one.test\r\n\r\n");
        await started.Task.Soon();
        client.Reset();
        await aborted.Task.Soon();
    }

    private static async Task AbortAsync(Stage stage, int written)
    {
        var app = await stage.SharedAsync();
        var client = await stage.DialAsync(app.EndPoint());
        await client.SendAsync($"GET /abort/{written} HTTP/1.1\r\nHost: one.test\r\n\r\n");
        var (_, end) = await client.ReadToEndAsync();
        // Clean for no client: half of a body, or no answer at all.
        Assert.Equal("reset", end);
        stage.Say("end", end);
    }

    private static async Task ThrowsAsync(Stage stage, bool started)
    {
        var app = await stage.StartAsync(new Setup
        {
            Map = app => app.MapGet("/", async (HttpContext http) =>
            {
                if (started)
                {
                    http.Response.ContentLength = 100;
                    await http.Response.WriteAsync("half");
                    await http.Response.Body.FlushAsync();
                }

                throw new InvalidOperationException("The handler's own.");
            }),
        });
        var client = await stage.DialAsync(app.EndPoint());
        await client.SendAsync("GET / HTTP/1.1\r\nHost: one.test\r\n\r\n");
        if (started)
        {
            stage.Say("end", await client.ReadToEndAsync());
            return;
        }

        stage.Say("response", await client.ReadResponseAsync());
        await client.SendAsync("GET / HTTP/1.1\r\nHost: one.test\r\n\r\n");
        stage.Say("again", await client.ReadResponseAsync());
    }
}

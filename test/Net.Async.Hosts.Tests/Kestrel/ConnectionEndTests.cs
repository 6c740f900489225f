using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;

namespace Net.Async.Tests.Kestrel;

/// <summary>Ends as connection handlers and middleware see them, without HTTP.</summary>
[Collection(RowsCollection.Name)]
public class ConnectionEndTests
{
    private const int Tail = 8 * 1024 * 1024;

    private static readonly Row[] s_rows =
    [
        new("client half-closes before 8 MiB", static stage => HalfCloseAsync(stage, whileWriting: false)),
        new("client half-closes behind 8 MiB that wait", static stage => HalfCloseAsync(stage, whileWriting: true)),
        new("ConnectionClosed on FIN while nothing reads", static stage => ConnectionClosedAsync(stage, reset: false)),
        new("ConnectionClosed on RST while nothing reads", static stage => ConnectionClosedAsync(stage, reset: true)),
        new("connection handler throws", ConnectionHandlerThrowsAsync),
        new("abort of a connection that has ended", AbortAfterEndAsync),
    ];

    public static TheoryData<string, string> Cases => Row.Cases(s_rows);

    [Theory]
    [MemberData(nameof(Cases))]
    public Task End_OfEachKind_IsAsOnKestrelsOwn(string row, string transport) => Comparison.PlayAsync(s_rows, row, transport);

    // Whole, and the end behind it: while the tail is written, or before.
    private static async Task HalfCloseAsync(Stage stage, bool whileWriting)
    {
        var started = Signal.New();
        var app = await stage.StartAsync(new Setup
        {
            Kestrel = kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Run(async connection =>
            {
                if (!whileWriting)
                    await connection.Transport.Input.CopyToAsync(Stream.Null);
                for (var position = 0; position < Tail; position += 65536)
                {
                    Site.Fill(connection.Transport.Output.GetSpan(65536)[..65536], position);
                    connection.Transport.Output.Advance(65536);
                    var flush = connection.Transport.Output.FlushAsync();
                    if (!flush.IsCompleted)
                        started.TrySetResult();
                    Assert.False((await flush).IsCompleted);
                }

                await connection.Transport.Output.CompleteAsync();
            })),
        });
        var client = await stage.DialAsync(app.EndPoint());
        await client.SendAsync("request");
        if (whileWriting)
            await started.Task.Soon();
        client.EndSending();
        Assert.Equal(Site.HashOf(Tail), await client.ReadBodyAsync(Tail));
        var rest = await client.ReadToEndAsync();
        Assert.Equal(("", "end"), rest);
    }

    private static async Task ConnectionClosedAsync(Stage stage, bool reset)
    {
        var (started, closed) = (Signal.New(), Signal.New());
        var app = await stage.StartAsync(new Setup
        {
            Kestrel = kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Run(async connection =>
            {
                started.SetResult();
                await Eventually.FiresAsync("ConnectionClosed fires", connection.ConnectionClosed);
                closed.SetResult();
            })),
        });
        var client = await stage.DialAsync(app.EndPoint());
        await started.Task.Soon();
        client.Leave(reset);
        await closed.Task.Soon();
    }

    // The next client is served as if nothing had happened.
    private static async Task ConnectionHandlerThrowsAsync(Stage stage)
    {
        var app = await stage.StartAsync(new Setup
        {
            Kestrel = static kestrel => kestrel.Listen(IPAddress.Loopback, 0, static listen => listen.Run(static async connection =>
            {
                await connection.Transport.Output.WriteAsync("hello"u8.ToArray());
                await connection.Transport.Input.ReadAsync();
                throw new InvalidOperationException("The handler's own.");
            })),
        });
        for (var i = 0; i < 5; i++)
        {
            var client = await stage.DialAsync(app.EndPoint());
            await client.SendAsync("x");
            Assert.Equal("hello", await client.ReadBodyAsync(5));
            await client.ReadToEndAsync();
        }
    }

    // What was released may be another connection by now.
    private static async Task AbortAfterEndAsync(Stage stage)
    {
        var contexts = new List<ConnectionContext>();
        var app = await stage.StartAsync(new Setup
        {
            Kestrel = kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                listen.Use(next => async connection =>
                {
                    lock (contexts)
                        contexts.Add(connection);
                    await next(connection);
                });
            }),
            Map = Site.Map,
        });
        for (var i = 0; i < 10; i++)
        {
            var client = await stage.DialAsync(app.EndPoint());
            await client.SendAsync("GET /plain HTTP/1.1\r\nHost: one.test\r\nConnection: close\r\n\r\n");
            Assert.Equal("end", (await client.ReadToEndAsync()).End);
        }

        await app.QuietAsync(10);
        var last = await stage.DialAsync(app.EndPoint());
        await last.SendAsync("GET /plain HTTP/1.1\r\nHost: one.test\r\n\r\n");
        await last.ReadResponseAsync();
        foreach (var ended in contexts.Take(10))
            ended.Abort(new ConnectionAbortedException("too late"));
        await last.SendAsync("GET /plain HTTP/1.1\r\nHost: one.test\r\n\r\n");
        stage.Say("response", await last.ReadResponseAsync());
    }
}

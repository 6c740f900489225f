using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Net.Async.Tests.Kestrel;

/// <summary>What connection middleware sees of a connection, and puts around it.</summary>
[Collection(RowsCollection.Name)]
public class WrappingTests
{
    private static readonly Row[] s_rows =
    [
        new("connection logging", LoggingAsync),
        new("connection logging around TLS", LoggingTlsAsync) { Logs = LogRule.Free },
        new("another Transport", TransportAsync),
        new("features", FeaturesAsync),
        new("other features", OtherFeaturesAsync),
        new("abort in middleware", AbortAsync),
        new("middleware that ends without Kestrel", EndsAsync),
    ];

    public static TheoryData<string, string> Cases => Row.Cases(s_rows);

    [Theory]
    [MemberData(nameof(Cases))]
    public Task Middleware_OfEachKind_IsAsOnKestrelsOwn(string row, string transport) => Comparison.PlayAsync(s_rows, row, transport);

    private static async Task LoggingAsync(Stage stage)
    {
        await AskAsync(stage, static listen => listen.UseConnectionLogging());
    }

    private static async Task LoggingTlsAsync(Stage stage)
    {
        var app = await StartAsync(stage, static listen => listen.UseConnectionLogging().UseHttps(Certificates.One).UseConnectionLogging());
        var http = stage.Own(new Http(app, 0));
        for (var i = 0; i < 3; i++)
            stage.Say("response", await http.Client.GetStringAsync("/plain"));
        Assert.Equal(1, http.Connections);
    }

    private static async Task TransportAsync(Stage stage)
    {
        await AskAsync(stage, static listen => listen.Use(static next => async connection =>
        {
            var transport = connection.Transport;
            var wrapped = new Wrapped(PipeReader.Create(transport.Input.AsStream()), PipeWriter.Create(transport.Output.AsStream()));
            connection.Transport = wrapped;
            Assert.Same(wrapped, connection.Features.Get<IConnectionTransportFeature>()!.Transport);
            await next(connection);
            connection.Transport = transport;
        }));
    }

    private static async Task FeaturesAsync(Stage stage)
    {
        var lines = new List<string>();
        await AskAsync(stage, listen => listen.Use(next => connection =>
        {
            var features = connection.Features;
            lines.Add($"socket: {features.Get<IConnectionSocketFeature>()?.Socket.Connected}");
            // Larger blocks than its own pool's make Kestrel's HTTP/2 send bytes twice.
            var pool = features.Get<IMemoryPoolFeature>()!.MemoryPool;
            using (var block = pool.Rent())
                lines.Add($"memory: {pool.MaxBufferSize} {block.Memory.Length}");
            lines.Add($"identifier: {features.Get<IConnectionIdFeature>()?.ConnectionId == connection.ConnectionId}");
            lines.Add($"transport: {features.Get<IConnectionTransportFeature>()?.Transport == connection.Transport}");
            lines.Add($"items: {features.Get<IConnectionItemsFeature>()?.Items == connection.Items}");
            lines.Add($"lifetime: {features.Get<IConnectionLifetimeFeature>()?.ConnectionClosed == connection.ConnectionClosed}");
            lines.Add($"heartbeat: {features.Get<IConnectionHeartbeatFeature>() is not null}");
            lines.Add($"lifetime notification: {features.Get<IConnectionLifetimeNotificationFeature>() is not null}");
            lines.Add($"completion: {features.Get<IConnectionCompleteFeature>() is not null}");
            lines.Add($"ends: {connection.RemoteEndPoint?.GetType().Name} {connection.LocalEndPoint?.GetType().Name}");
            lines.Add($"socket's ends: {Equals(features.Get<IConnectionSocketFeature>()?.Socket.RemoteEndPoint, connection.RemoteEndPoint)} {Equals(features.Get<IConnectionSocketFeature>()?.Socket.LocalEndPoint, connection.LocalEndPoint)}");
            return next(connection);
        }));
        Assert.DoesNotContain(lines, static line => line.EndsWith("False", StringComparison.Ordinal));
        stage.Say("features", string.Join(", ", lines));
    }

    private static async Task OtherFeaturesAsync(Stage stage)
    {
        await AskAsync(stage, static listen => listen.Use(static next => connection =>
        {
            connection.Items = new Dictionary<object, object?> { ["mine"] = 1 };
            connection.ConnectionId = connection.ConnectionId;
            connection.LocalEndPoint = new IPEndPoint(IPAddress.Parse("192.0.2.1"), 1);
            connection.RemoteEndPoint = new IPEndPoint(IPAddress.Parse("192.0.2.2"), 2);
            return next(connection);
        }), "/addresses");
    }

    private static async Task AbortAsync(Stage stage)
    {
        var app = await StartAsync(stage, static listen => listen.Use(static _ => static connection =>
        {
            connection.Abort(new ConnectionAbortedException("Not you."));
            return Task.CompletedTask;
        }));
        // The connect itself may see the reset.
        var exception = await Record.ExceptionAsync(async () => Assert.Equal(("", "reset"), await (await stage.DialAsync(app.EndPoint())).ReadToEndAsync()));
        Assert.True(exception is null or SocketException { SocketErrorCode: SocketError.ConnectionReset }, exception?.ToString());
        await Eventually.IsAsync(() => app.Log.Counts.Stopped == 1, "the connection has ended");
    }

    private static async Task EndsAsync(Stage stage)
    {
        var app = await StartAsync(stage, static listen => listen.Use(static _ => static async connection =>
            await connection.Transport.Output.WriteAsync("no HTTP here"u8.ToArray())));
        var client = await stage.DialAsync(app.EndPoint());
        var rest = await client.ReadToEndAsync();
        Assert.Equal(("no HTTP here", "end"), rest);
    }

    private static Task<KestrelApp> StartAsync(Stage stage, Action<ListenOptions> listen) => stage.StartAsync(new Setup
    {
        Kestrel = kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen),
        Map = Site.Map,
    });

    private static async Task AskAsync(Stage stage, Action<ListenOptions> listen, string path = "/plain")
    {
        var client = await stage.DialAsync((await StartAsync(stage, listen)).EndPoint());
        for (var i = 0; i < 3; i++)
        {
            await client.SendAsync($"GET {path} HTTP/1.1\r\nHost: localhost:1\r\n\r\n");
            stage.Say("response", await client.ReadResponseAsync());
        }

        await client.SendAsync("POST /echo HTTP/1.1\r\nHost: one.test\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello");
        stage.Say("last", await client.ReadToEndAsync());
    }

    private sealed class Wrapped(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}

using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Net.Async.Tests.Kestrel;

/// <summary>gRPC: HTTP/2 with trailers, and streams both ways.</summary>
[Collection(RowsCollection.Name)]
public class GrpcTests
{
    private static readonly Row[] s_rows =
    [
        new("unary", static stage => PlayAsync(stage, static async (stage, calls) =>
        {
            for (var i = 0; i < 10; i++)
                Assert.Equal(i * 2, (await calls.AsyncUnaryCall(Sums.Double, null, Options(), new Number(i)).ResponseAsync.Soon()).Value);
        })),
        new("unary, 100 at once", static stage => PlayAsync(stage, static async (stage, calls) =>
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => calls.AsyncUnaryCall(Sums.Double, null, Options(), new Number(i)).ResponseAsync)).Soon();
            Assert.Equal(Enumerable.Range(0, 100).Select(static i => new Number(i * 2L)), answers);
        })) { Logs = LogRule.SameLines },
        new("server streaming", static stage => PlayAsync(stage, static async (stage, calls) =>
        {
            using var call = calls.AsyncServerStreamingCall(Sums.CountTo, null, Options(), new Number(1000));
            var count = 0;
            await foreach (var number in call.ResponseStream.ReadAllAsync())
                Assert.Equal(++count, number.Value);
            stage.Say("count", count);
        })),
        new("client streaming", static stage => PlayAsync(stage, static async (stage, calls) =>
        {
            using var call = calls.AsyncClientStreamingCall(Sums.Total, null, Options());
            for (var i = 0; i < 1000; i++)
                await call.RequestStream.WriteAsync(new Number(i));
            await call.RequestStream.CompleteAsync();
            stage.Say("total", await call.ResponseAsync.Soon());
        })),
        new("duplex streaming", static stage => PlayAsync(stage, static async (stage, calls) =>
        {
            using var call = calls.AsyncDuplexStreamingCall(Sums.Running, null, Options());
            for (var i = 1; i <= 200; i++)
            {
                await call.RequestStream.WriteAsync(new Number(1));
                Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None).Soon());
                Assert.Equal(i, call.ResponseStream.Current.Value);
            }

            await call.RequestStream.CompleteAsync();
            Assert.False(await call.ResponseStream.MoveNext(CancellationToken.None).Soon());
            stage.Say("status", call.GetStatus());
        })),
        new("an error with a trailer", static stage => PlayAsync(stage, static async (stage, calls) =>
        {
            var exception = await Assert.ThrowsAsync<RpcException>(() => calls.AsyncUnaryCall(Sums.Fail, null, Options(), new Number(1)).ResponseAsync.Soon());
            stage.Say("status", exception.Status);
            stage.Say("trailer", exception.Trailers.GetValue("number"));
        })),
        new("the client cancels a stream", static stage => PlayAsync(stage, static async (stage, calls) =>
        {
            using var call = calls.AsyncDuplexStreamingCall(Sums.Running, null, Options());
            await call.RequestStream.WriteAsync(new Number(1));
            Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None).Soon());
            call.Dispose();
            Assert.Equal(new Number(4), await calls.AsyncUnaryCall(Sums.Double, null, Options(), new Number(2)).ResponseAsync.Soon());
        })) { Logs = LogRule.Free },
    ];

    public static TheoryData<string, string> Cases => Row.Cases(s_rows);

    [Theory]
    [MemberData(nameof(Cases))]
    public Task Grpc_OfEachKind_IsAsOnKestrelsOwn(string row, string transport) => Comparison.PlayAsync(s_rows, row, transport);

    private static async Task PlayAsync(Stage stage, Func<Stage, CallInvoker, Task> play)
    {
        var app = await stage.StartAsync(new Setup
        {
            Kestrel = static kestrel => kestrel.Listen(IPAddress.Loopback, 0, static listen => listen.Protocols = HttpProtocols.Http2),
            Services = static services => services.AddGrpc(),
            Map = static app => app.MapGrpcService<SumsService>(),
        });
        var http = stage.Own(new Http(app, 0, HttpVersion.Version20));
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{app.Port()}", new GrpcChannelOptions { HttpClient = http.Client });
        await play(stage, channel.CreateCallInvoker());
        Assert.Equal(1, http.Connections);
    }

    private static CallOptions Options() => new(deadline: DateTime.UtcNow + Eventually.Limit);
}

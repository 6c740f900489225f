using System.IO.Pipelines;
using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Net.Async.Tests.Kestrel;

/// <summary>Flushes that wait, and what may happen meanwhile.</summary>
[Collection(RowsCollection.Name)]
public class FlushTests
{
    private const int Block = 16384;

    private static readonly Row[] s_rows =
    [
        new("write under a flush", WriteUnderFlushAsync),
        new("flush under a flush, HTTP/1.1", static stage => FlushUnderFlushAsync(stage, HttpVersion.Version11)),
        new("flush under a flush, HTTP/2", static stage => FlushUnderFlushAsync(stage, HttpVersion.Version20)),
        new("flush that returns while bytes wait", PendingAsync),
        new("flush that is cancelled by CancelPendingFlush", CancelPendingAsync),
        new("flush that is cancelled by its token", CancelTokenAsync),
        new("complete under a flush", CompleteUnderFlushAsync),
        new("flush to a client that has reset", FlushToResetAsync),
        new("abort under a flush", AbortAsync),
    ];

    public static TheoryData<string, string> Cases => Row.Cases(s_rows);

    [LinuxTheory]
    [MemberData(nameof(Cases))]
    public Task Flush_InEachShape_IsAsOnKestrelsOwn(string row, string transport) => Comparison.PlayAsync(s_rows, row, transport);

    private static async Task WriteUnderFlushAsync(Stage stage)
    {
        await using var pair = await TransportPair.OpenAsync(stage);
        var (flush, flushed) = await pair.FillAsync(Block);
        var position = flushed + Block;
        for (var i = 0; i < 10; i++)
        {
            Site.Fill(pair.Output.GetSpan(Block)[..Block], position);
            pair.Output.Advance(Block);
            position += Block;
        }

        var reading = pair.Client.ReadBodyAsync(position);
        stage.Say(await flush.Soon());
        stage.Say(await pair.Output.FlushAsync().Soon());
        Assert.Equal(Site.HashOf(position), await reading);
    }

    // Through Kestrel, which gathers what comes meanwhile: the handler awaits no flush before the last.
    private static async Task FlushUnderFlushAsync(Stage stage, Version version)
    {
        const int Size = 4 * 1024 * 1024;
        var app = await stage.StartAsync(new Setup
        {
            Kestrel = kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = version.Major == 2 ? HttpProtocols.Http2 : HttpProtocols.Http1),
            Map = static app => app.MapGet("/", FlushAsync),
        });
        var http = stage.Own(new Http(app, 0, version));
        for (var i = 0; i < 10; i++)
            Assert.Equal(Site.HashOf(Size), $"({Size} bytes, {Convert.ToHexStringLower(SHA256.HashData(await http.Client.GetByteArrayAsync("/")))})");
        Assert.Equal(1, http.Connections);

        static async Task FlushAsync(HttpContext context)
        {
            var flushes = new List<Task>();
            for (var position = 0; position < Size; position += Block)
            {
                Site.Fill(context.Response.BodyWriter.GetSpan(Block)[..Block], position);
                context.Response.BodyWriter.Advance(Block);
                flushes.Add(context.Response.BodyWriter.FlushAsync().AsTask());
            }

            await Task.WhenAll(flushes);
        }
    }

    // A slow client does not hold a handler that has written little; how little is bounded.
    private static async Task PendingAsync(Stage stage)
    {
        await using var pair = await TransportPair.OpenAsync(stage, receiveBuffer: 8192);
        const int Size = 4096;
        var (flush, flushed) = await pair.FillAsync(Size);
        // What is acknowledged and unread is the client's, the rest the server's.
        var waiting = flushed - pair.Client.Socket.Available - pair.Unacknowledged;
        Assert.InRange(waiting, Size, 65536 + Size);
        Assert.Equal(Site.HashOf(flushed + Size), await pair.Client.ReadBodyAsync(flushed + Size));
        stage.Say(await flush.Soon());
    }

    private static async Task CancelPendingAsync(Stage stage)
    {
        await using var pair = await TransportPair.OpenAsync(stage);
        var (flush, flushed) = await pair.FillAsync(Block);
        pair.Output.CancelPendingFlush();
        stage.Say(await flush.Soon());
        Assert.Equal(Site.HashOf(flushed + Block), await pair.Client.ReadBodyAsync(flushed + Block));
        stage.Say(await pair.Output.FlushAsync().Soon());
    }

    private static async Task CancelTokenAsync(Stage stage)
    {
        await using var pair = await TransportPair.OpenAsync(stage);
        using var cancellation = new CancellationTokenSource();
        var (flush, flushed) = await pair.FillAsync(Block, cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => flush.Soon());
        Assert.Equal(Site.HashOf(flushed + Block), await pair.Client.ReadBodyAsync(flushed + Block));
        stage.Say(await pair.Output.FlushAsync().Soon());
    }

    private static async Task CompleteUnderFlushAsync(Stage stage)
    {
        await using var pair = await TransportPair.OpenAsync(stage);
        var (flush, flushed) = await pair.FillAsync(Block);
        pair.Output.Complete();
        Assert.Equal(Site.HashOf(flushed + Block), await pair.Client.ReadBodyAsync(flushed + Block));
        Assert.Equal(("", "end"), await pair.Client.ReadToEndAsync());
        await flush.Soon();
    }

    // Told by the result: Kestrel expects no exception here.
    private static async Task FlushToResetAsync(Stage stage)
    {
        await using var pair = await TransportPair.OpenAsync(stage);
        pair.Client.Reset();
        FlushResult result;
        var watch = System.Diagnostics.Stopwatch.StartNew();
        do
        {
            result = await pair.Output.WriteAsync(new byte[Block]).Soon();
            Assert.True(watch.Elapsed < Eventually.Limit, "flushes say nothing of the reset");
        }
        while (!result.IsCompleted);
        stage.Say(result);
        stage.Say(await pair.Output.WriteAsync(new byte[Block]).Soon());
    }

    private static async Task AbortAsync(Stage stage)
    {
        await using var pair = await TransportPair.OpenAsync(stage);
        var (flush, _) = await pair.FillAsync(Block);
        pair.Server.Abort(new ConnectionAbortedException("Enough."));
        // Told by the result, as completed or as nothing: that depends on who is faster.
        await flush.Soon();
        await Eventually.FiresAsync("ConnectionClosed fires", pair.Server.ConnectionClosed);
        var (_, end) = await pair.Client.ReadToEndAsync();
        Assert.Equal("reset", end);
    }
}

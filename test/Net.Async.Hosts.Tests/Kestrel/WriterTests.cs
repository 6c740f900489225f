using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Net.Async.Tests.Kestrel;

/// <summary>The transport's writer, in the shapes that Kestrel writes in: what its own <see cref="Pipe"/> lets it do.</summary>
[Collection(RowsCollection.Name)]
public class WriterTests
{
    private const int Block = 16384;

    private static readonly Row[] s_rows =
    [
        new("GetSpan, Advance, Advance", AdvanceTwiceAsync),
        new("GetMemory twice, of growing size", GrowingAsync),
        new("GetMemory of 1 MiB", LargeAsync),
        new("flush of nothing", NothingAsync),
        new("bytes that are not flushed are counted", UnflushedAsync),
        new("64 MiB without a flush", WithoutFlushAsync),
        new("complete with bytes that are not flushed", CompleteAsync),
        new("flush behind a complete", FlushBehindCompleteAsync),
    ];

    public static TheoryData<string, string> Cases => Row.Cases(s_rows);

    [Theory]
    [MemberData(nameof(Cases))]
    public Task Writer_InEachShape_IsAsOnKestrelsOwn(string row, string transport) => Comparison.PlayAsync(s_rows, row, transport);

    private static async Task AdvanceTwiceAsync(Stage stage)
    {
        await using var pair = await TransportPair.OpenAsync(stage);
        var span = pair.Output.GetSpan(0);
        "headers"u8.CopyTo(span);
        "body"u8.CopyTo(span[7..]);
        pair.Output.Advance(7);
        pair.Output.Advance(4);
        await pair.Output.FlushAsync().Soon();
        Assert.Equal("headersbody", await pair.Client.ReadBodyAsync(11));
    }

    private static async Task GrowingAsync(Stage stage)
    {
        await using var pair = await TransportPair.OpenAsync(stage);
        var position = 0L;
        for (var size = 1; size <= 60_000; size = size * 3 / 2 + 1)
        {
            pair.Output.GetMemory(size / 2);
            Site.Fill(pair.Output.GetSpan(size)[..size], position);
            pair.Output.Advance(size);
            position += size;
        }

        await pair.Output.FlushAsync().Soon();
        Assert.Equal(Site.HashOf(position), await pair.Client.ReadBodyAsync(position));
    }

    private static async Task LargeAsync(Stage stage)
    {
        await using var pair = await TransportPair.OpenAsync(stage);
        const int Size = 1024 * 1024;
        var memory = pair.Output.GetMemory(Size);
        for (var position = 0; position < Size; position += Block)
            Site.Fill(memory.Span.Slice(position, Block), position);
        pair.Output.Advance(Size);
        var flush = pair.Output.FlushAsync();
        Assert.Equal(Site.HashOf(Size), await pair.Client.ReadBodyAsync(Size));
        await flush.Soon();
    }

    private static async Task NothingAsync(Stage stage)
    {
        await using var pair = await TransportPair.OpenAsync(stage);
        pair.Output.GetMemory(100);
        pair.Output.Advance(0);
        stage.Say(await pair.Output.FlushAsync().Soon());
        stage.Say(await pair.Output.WriteAsync(ReadOnlyMemory<byte>.Empty).Soon());
        await pair.Output.WriteAsync("x"u8.ToArray()).Soon();
        Assert.Equal("x", await pair.Client.ReadBodyAsync(1));
    }

    private static async Task UnflushedAsync(Stage stage)
    {
        await using var pair = await TransportPair.OpenAsync(stage);
        Assert.True(pair.Output.CanGetUnflushedBytes);
        stage.Say("before", pair.Output.UnflushedBytes);
        pair.Output.GetMemory(10_000);
        pair.Output.Advance(10_000);
        stage.Say("written", pair.Output.UnflushedBytes);
        await pair.Output.FlushAsync().Soon();
        stage.Say("flushed", pair.Output.UnflushedBytes);
    }

    private static async Task WithoutFlushAsync(Stage stage)
    {
        await using var pair = await TransportPair.OpenAsync(stage);
        const int Size = 64 * 1024 * 1024;
        for (var position = 0; position < Size; position += Block)
        {
            Site.Fill(pair.Output.GetSpan(Block)[..Block], position);
            pair.Output.Advance(Block);
        }

        var flush = pair.Output.FlushAsync();
        Assert.Equal(Site.HashOf(Size), await pair.Client.ReadBodyAsync(Size));
        stage.Say(await flush.Soon());
    }

    private static async Task CompleteAsync(Stage stage)
    {
        await using var pair = await TransportPair.OpenAsync(stage);
        "last"u8.CopyTo(pair.Output.GetSpan(4));
        pair.Output.Advance(4);
        pair.Output.Complete();
        var rest = await pair.Client.ReadToEndAsync();
        Assert.Equal(("last", "end"), rest);
    }

    private static async Task FlushBehindCompleteAsync(Stage stage)
    {
        await using var pair = await TransportPair.OpenAsync(stage);
        await pair.Output.WriteAsync("last"u8.ToArray()).Soon();
        pair.Output.Complete();
        stage.Say("flush", (await Record.ExceptionAsync(() => pair.Output.FlushAsync().Soon()))?.GetType().Name);
        stage.Say("write", (await Record.ExceptionAsync(() => pair.Output.WriteAsync("more"u8.ToArray()).Soon()))?.GetType().Name);
        pair.Output.Complete();
        Assert.Equal(("last", "end"), await pair.Client.ReadToEndAsync());
    }
}

using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections;

namespace Net.Async.Tests.Kestrel;

/// <summary>The transport's reader, and how its connection ends: what Kestrel looks at to tell a client that leaves from an error.</summary>
[Collection(RowsCollection.Name)]
public class ReaderTests
{
    private static readonly Row[] s_rows =
    [
        new("bytes that are looked at and left", LeftAsync),
        new("bytes that are looked at and not enough", NotEnoughAsync),
        new("TryRead", TryReadAsync),
        new("read that is cancelled by CancelPendingRead", CancelPendingAsync),
        new("read that is cancelled by its token", CancelTokenAsync),
        new("FIN behind bytes", EndAsync),
        new("RST while a read waits", ResetAsync),
        new("abort while a read waits", AbortAsync),
        new("abort before a read", AbortBeforeAsync),
        new("dispose while the client has not read", DisposeAsync),
        new("complete of the reader alone", CompleteAsync),
    ];

    public static TheoryData<string, string> Cases => Row.Cases(s_rows);

    [Theory]
    [MemberData(nameof(Cases))]
    public Task Reader_InEachShape_IsAsOnKestrelsOwn(string row, string transport) => Comparison.PlayAsync(s_rows, row, transport);

    private static async Task LeftAsync(Stage stage)
    {
        await using var pair = await TransportPair.OpenAsync(stage);
        await pair.Client.SendAsync("hello");
        var result = await pair.Input.ReadAtLeastAsync(5).Soon();
        pair.Input.AdvanceTo(result.Buffer.GetPosition(2));
        Say(stage, await pair.Input.ReadAsync().Soon());
    }

    private static async Task NotEnoughAsync(Stage stage)
    {
        await using var pair = await TransportPair.OpenAsync(stage);
        await pair.Client.SendAsync("hello");
        var result = await pair.Input.ReadAtLeastAsync(5).Soon();
        pair.Input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        var read = pair.Input.ReadAsync().AsTask();
        Assert.False(read.IsCompleted);
        await pair.Client.SendAsync(" there");
        await read.Soon();
        pair.Input.AdvanceTo((await read).Buffer.Start, (await read).Buffer.Start);
        Say(stage, await pair.Input.ReadAtLeastAsync(11).Soon());
    }

    private static async Task TryReadAsync(Stage stage)
    {
        await using var pair = await TransportPair.OpenAsync(stage);
        Assert.False(pair.Input.TryRead(out _));
        await pair.Client.SendAsync("hello");
        var result = await pair.Input.ReadAtLeastAsync(5).Soon();
        pair.Input.AdvanceTo(result.Buffer.Start);
        Assert.True(pair.Input.TryRead(out result));
        Say(stage, result);
        pair.Input.AdvanceTo(result.Buffer.End);
        Assert.False(pair.Input.TryRead(out _));
    }

    private static async Task CancelPendingAsync(Stage stage)
    {
        await using var pair = await TransportPair.OpenAsync(stage);
        var read = pair.Input.ReadAsync().AsTask();
        pair.Input.CancelPendingRead();
        Say(stage, await read.Soon());
        pair.Input.AdvanceTo((await read).Buffer.End);
        pair.Input.CancelPendingRead();
        Say(stage, read = pair.Input.ReadAsync().AsTask());
        pair.Input.AdvanceTo((await read).Buffer.End);
        await pair.Client.SendAsync("x");
        Say(stage, await pair.Input.ReadAsync().Soon());
    }

    private static async Task CancelTokenAsync(Stage stage)
    {
        await using var pair = await TransportPair.OpenAsync(stage);
        using var cancellation = new CancellationTokenSource();
        var read = pair.Input.ReadAsync(cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read.Soon());
        await pair.Client.SendAsync("x");
        Say(stage, await pair.Input.ReadAsync().Soon());
    }

    private static async Task EndAsync(Stage stage)
    {
        await using var pair = await TransportPair.OpenAsync(stage);
        await pair.Client.SendAsync("last");
        pair.Client.EndSending();
        var result = await pair.Input.ReadAsync().Soon();
        while (!result.IsCompleted)
        {
            pair.Input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            result = await pair.Input.ReadAsync().Soon();
        }

        Say(stage, result);
        pair.Input.AdvanceTo(result.Buffer.End);
        Say(stage, await pair.Input.ReadAsync().Soon());
        await Eventually.FiresAsync("ConnectionClosed fires", pair.Server.ConnectionClosed);
        await pair.Output.WriteAsync("answer"u8.ToArray()).Soon();
        Assert.Equal("answer", await pair.Client.ReadBodyAsync(6));
    }

    private static async Task ResetAsync(Stage stage)
    {
        await using var pair = await TransportPair.OpenAsync(stage);
        var read = pair.Input.ReadAsync().AsTask();
        pair.Client.Reset();
        await Assert.ThrowsAsync<ConnectionResetException>(() => read.Soon());
        await Assert.ThrowsAsync<ConnectionResetException>(() => pair.Input.ReadAsync().Soon());
        await Eventually.FiresAsync("ConnectionClosed fires", pair.Server.ConnectionClosed);
    }

    private static async Task AbortAsync(Stage stage)
    {
        await using var pair = await TransportPair.OpenAsync(stage);
        var read = pair.Input.ReadAsync().AsTask();
        pair.Server.Abort(new ConnectionAbortedException("Enough."));
        var exception = await Assert.ThrowsAsync<ConnectionAbortedException>(() => read.Soon());
        stage.Say("read", exception.Message);
        await Eventually.FiresAsync("ConnectionClosed fires", pair.Server.ConnectionClosed);
        Assert.Equal("reset", (await pair.Client.ReadToEndAsync()).End);
    }

    private static async Task AbortBeforeAsync(Stage stage)
    {
        await using var pair = await TransportPair.OpenAsync(stage);
        pair.Server.Abort(new ConnectionAbortedException("Enough."));
        pair.Server.Abort(new ConnectionAbortedException("Again."));
        var exception = await Assert.ThrowsAsync<ConnectionAbortedException>(() => pair.Input.ReadAsync().Soon());
        stage.Say("read", exception.Message);
    }

    // The bytes are the kernel's, or the transport's: a dispose throws none of them away.
    private static async Task DisposeAsync(Stage stage)
    {
        await using var pair = await TransportPair.OpenAsync(stage);
        var (_, flushed) = await pair.FillAsync(16384);
        pair.Input.Complete();
        pair.Output.Complete();
        var disposing = pair.Server.DisposeAsync();
        Assert.Equal(Site.HashOf(flushed + 16384), await pair.Client.ReadBodyAsync(flushed + 16384));
        Assert.Equal(("", "end"), await pair.Client.ReadToEndAsync());
        await disposing.Soon();
    }

    private static async Task CompleteAsync(Stage stage)
    {
        await using var pair = await TransportPair.OpenAsync(stage);
        pair.Input.Complete();
        await pair.Client.SendAsync("to none");
        await pair.Output.WriteAsync("answer"u8.ToArray()).Soon();
        Assert.Equal("answer", await pair.Client.ReadBodyAsync(6));
    }

    private static void Say(Stage stage, Task<ReadResult> read)
    {
        Assert.True(read.IsCompletedSuccessfully);
        Say(stage, read.Result);
    }

    private static void Say(Stage stage, ReadResult result) =>
        stage.Say("read", string.Create(CultureInfo.InvariantCulture, $"{Encoding.Latin1.GetString(result.Buffer)}, completed {result.IsCompleted}, cancelled {result.IsCanceled}"));
}

using System.Diagnostics;

namespace Net.Async.Tests.NodeNet;

/// <summary>One way to write, in one state, ended in one way: what the writer and the closer are told, why it ended, and what the peer got.</summary>
internal sealed class WriteCase(int way, string state, WriteEnd end)
{
    public const string Idle = "idle", Waiting = "waits for the kernel", Cancelled = "cancelled while it waits", FlushCancelled = "ended by CancelPendingFlush while it waits";

    public static readonly string[] States = [Idle, Waiting, Cancelled, FlushCancelled];

    private readonly TaskCompletionSource _mayRead = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _peerHasRead = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> _told = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Row => $"{WriteWays.All[way].Name}, {state}";

    public WriteEnd End => end;

    /// <summary>Plays the side that writes, as a server's handler.</summary>
    public async Task WriteAsync(Connection connection, Payload small, Payload large)
    {
        using var cancel = new CancellationTokenSource();
        var writing = WriteWays.All[way].WriteAsync(connection, state == Idle ? small : large, cancel.Token);
        var writer = WriteWays.ToldAsync(writing);
        if (state == Idle)
            await writer.Soon();
        else
            await Eventually.IsAsync(() => connection is { BytesWritten: > 0, UnflushedBytes: > 0 }, () => $"{Row}: the kernel took {connection.BytesWritten} bytes, {connection.UnflushedBytes} are left");
        if (state == Cancelled)
            await cancel.CancelAsync();
        if (state == FlushCancelled)
            connection.Output.CancelPendingFlush();
        if (state is Cancelled or FlushCancelled)
            await writer.Soon();
        var ending = EndAsync(connection);
        if (!end.IsLate)
            _mayRead.SetResult();
        _ = TellAsync(connection, writer, ending);
        await ending.Soon();
        // A transport without half-close shows its end when the handler has returned.
        if (end.Name.StartsWith("Output.", StringComparison.Ordinal) && connection.Capabilities.HasFlag(ConnectionCapabilities.HalfClose))
            await _peerHasRead.Task.Soon();
    }

    /// <summary>Plays the peer, and says how it went.</summary>
    public async Task<string> ReadAsync(WritePeer peer, Payload small, Payload large)
    {
        await InTimeAsync(_mayRead.Task, "the end was not asked for");
        var reading = peer.ReadToEndAsync((state == Idle ? small : large).Bytes);
        await InTimeAsync(reading, "the peer saw no end");
        var (got, ended) = await reading;
        _peerHasRead.SetResult();
        peer.Dispose();
        await InTimeAsync(_told.Task, "the writer or the closer was told nothing");
        var told = await _told.Task;
        Check(got, ended, told, peer.HasReset);
        return $"{told}; the peer: {got}, {ended}";
    }

    private async Task InTimeAsync(Task task, string what)
    {
        if (await Task.WhenAny(task, Task.Delay(Eventually.Limit)) != task)
            Assert.Fail($"{Row}, {end.Name}: {what}");
        await task;
    }

    // The promises, whatever the snapshot says.
    private void Check(string got, string ended, string told, bool hasReset)
    {
        if (got == "all")
            return;
        Assert.False(ended == "end" && (hasReset || told.Contains("reason: clean", StringComparison.Ordinal)), $"{Row}, {end.Name}: a clean end behind missing bytes. {told}");
        Assert.False(told.StartsWith("writer: sent", StringComparison.Ordinal) && !end.Cuts, $"{Row}, {end.Name}: told sent, and the peer got {got}. {told}");
    }

    private async Task<string> EndAsync(Connection connection)
    {
        try
        {
            await end.RunAsync(connection);
            return "done";
        }
        catch (ConnectionException exception)
        {
            return exception.Error.ToString();
        }
    }

    private async Task TellAsync(Connection connection, Task<string> writer, Task<string> ending)
    {
        try
        {
            var closer = await ending.Soon();
            if (end.IsLate)
                _mayRead.SetResult();
            var told = await writer.Soon();
            await Eventually.IsAsync(() => connection.CloseReason is not null, () => $"{Row}, {end.Name}: it did not end");
            _told.SetResult($"writer: {told}; closer: {closer}; reason: {connection.CloseReason!.Error?.ToString() ?? "clean"}");
        }
        catch (Exception exception)
        {
            _told.TrySetException(exception);
            _mayRead.TrySetResult();
        }
    }
}

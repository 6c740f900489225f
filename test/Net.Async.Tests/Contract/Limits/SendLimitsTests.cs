using Microsoft.Extensions.Time.Testing;

namespace Net.Async.Tests.Contract.Limits;

/// <summary>A peer that takes nothing of what is sent, or takes it too slowly. In virtual time.</summary>
public class SendLimitsTests : LeakCheck
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10), s_step = TimeSpan.FromMilliseconds(1);
    private static readonly ConnectionLimits s_stall = new() { WriteStallTimeout = s_limit };

    private readonly FakeTimeProvider _time = new();

    [Theory, Transports]
    public async Task WriteStallTimeout_ThePeerTakesNothing_Aborts(string transport)
    {
        await using var pair = await LimitedPair.ConnectAsync(transport, s_stall, _time);
        var write = pair.Accepted.StartWaitingWrite();
        _time.Advance(s_limit - s_step);
        Assert.Null(pair.Accepted.CloseReason);
        // Later where the peer's kernel has acknowledged something meanwhile.
        await PassUntilAsync(write);
        var thrown = await write.ThrowsAsync(ConnectionError.TimedOut);
        Assert.Contains("WriteStallTimeout, 00:00:10", thrown.Message, StringComparison.Ordinal);
        await pair.Accepted.ReachesAsync(ConnectionLimitKind.WriteStall);
        await Eventually.FiresAsync("the end was not told", pair.Accepted.Closed);
        if (pair.Accepted.Capabilities.HasFlag(ConnectionCapabilities.Reset))
            await pair.Client.Input.CopyToAsync(Stream.Null).ThrowsAsync(ConnectionError.Reset);
    }

    [Theory, Transports]
    public async Task WriteStallTimeout_ASendPastThePipeWaits_Aborts(string transport)
    {
        await using var pair = await LimitedPair.ConnectAsync(transport, s_stall, _time);
        var send = pair.Accepted.SendAsync(new byte[32 << 20]).AsTask();
        _time.Advance(s_limit - s_step);
        Assert.Null(pair.Accepted.CloseReason);
        await PassUntilAsync(send);
        await send.ThrowsAsync(ConnectionError.TimedOut);
        await pair.Accepted.ReachesAsync(ConnectionLimitKind.WriteStall);
    }

    [Theory, Transports]
    public async Task WriteStallTimeout_AFileIsSentToAPeerThatTakesNothing_Aborts(string transport)
    {
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(path, new byte[16 << 20]);
            await using var pair = await LimitedPair.ConnectAsync(transport, s_stall, _time);
            var send = pair.Accepted.SendFileAsync(path);
            await PassUntilAsync(send);
            await send.ThrowsAsync(ConnectionError.TimedOut);
            await pair.Accepted.ReachesAsync(ConnectionLimitKind.WriteStall);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory, Transports]
    public async Task BothLimits_ThePeerTakesSomeInTime_NeverEndIt(string transport)
    {
        await using var pair = await LimitedPair.ConnectAsync(transport, s_stall with { MinSendRate = new(1000, s_limit) }, _time);
        var sent = new byte[6 << 20];
        Random.Shared.NextBytes(sent);
        var write = pair.Accepted.Output.WriteAsync(sent).AsTask();
        var received = new MemoryStream();
        var piece = new byte[1 << 16];
        for (var before = 0L; received.Length < sent.Length; before = pair.Accepted.BytesWritten)
        {
            // A whole piece each time: some bytes would be no stall, and below the rate all the same.
            while (received.Length < sent.Length && pair.Accepted.BytesWritten < before + piece.Length)
                received.Write(piece, 0, await pair.Client.ReceiveAsync(piece).Soon());
            // The last bytes may be here before the sender has counted them.
            if (received.Length < sent.Length)
                _time.Advance(s_limit * 0.7);
        }

        await write.Soon();
        Assert.Null(pair.Accepted.CloseReason);
        Assert.Equal(sent, received.ToArray());
    }

    [Theory, Transports]
    public async Task MinSendRate_ThePeerTakesTooLittle_AbortsAtTheEndOfTheGracePeriod(string transport)
    {
        // So high that what a kernel still takes at the beginning is not enough.
        await using var pair = await LimitedPair.ConnectAsync(transport, new() { MinSendRate = new(1L << 32, s_limit) }, _time);
        var write = pair.Accepted.StartWaitingWrite();
        _time.Advance(s_limit - s_step);
        Assert.Null(pair.Accepted.CloseReason);
        await PassUntilAsync(write);
        Assert.Contains("MinSendRate, 4294967296 bytes per second after 00:00:10", (await write.ThrowsAsync(ConnectionError.TimedOut)).Message, StringComparison.Ordinal);
        await pair.Accepted.ReachesAsync(ConnectionLimitKind.SendRate);
    }

    private Task PassUntilAsync(Task ended) => Eventually.IsAsync(() =>
    {
        _time.Advance(s_limit / 20);
        return ended.IsCompleted;
    }, "the call is still under way");
}

using System.IO.Pipelines;
using Microsoft.Extensions.Time.Testing;

namespace Net.Async.Tests.Contract.Limits;

/// <summary>A message that comes too slowly. In virtual time.</summary>
public class ReceiveRateTests : LeakCheck
{
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(5), s_step = TimeSpan.FromMilliseconds(1);
    private static readonly ConnectionLimits s_limits = new() { MinReceiveRate = new(100, s_grace) };

    private readonly FakeTimeProvider _time = new();

    [Theory, Transports]
    public async Task MinReceiveRate_TheRestDoesNotCome_ClosesAtTheEndOfTheGracePeriod(string transport)
    {
        await using var pair = await LimitedPair.ConnectAsync(transport, s_limits, _time);
        await SendAsync(pair, 10);
        var rest = await ReadMoreAsync(pair, 10);
        _time.Advance(s_grace - s_step);
        Assert.False(rest.IsCompleted);
        Assert.Null(pair.Accepted.CloseReason);
        _time.Advance(s_step);
        var thrown = await rest.ThrowsAsync(ConnectionError.TimedOut);
        Assert.Contains("MinReceiveRate, 100 bytes per second after 00:00:05", thrown.Message, StringComparison.Ordinal);
        await pair.Accepted.ReachesAsync(ConnectionLimitKind.ReceiveRate);
        await _time.EndsAsync(pair.Accepted);
        Assert.True((await pair.Client.Input.ReadAsync().Soon()).IsCompleted);
    }

    [Theory, Transports]
    public async Task MinReceiveRate_FastEnough_IsJudgedWhenWhatCameIsUsedUp(string transport)
    {
        await using var pair = await LimitedPair.ConnectAsync(transport, s_limits, _time);
        await SendAsync(pair, 10);
        var rest = await ReadMoreAsync(pair, 10);
        await SendAsync(pair, 700);
        rest = await ReadMoreAsync(pair, 710, pending: rest);
        _time.Advance(TimeSpan.FromSeconds(7));
        Assert.False(rest.IsCompleted);
        // Where the first ten came in slices, those behind the first slice count as well.
        _time.Advance(TimeSpan.FromMilliseconds(100) + s_step);
        await rest.ThrowsAsync(ConnectionError.TimedOut);
    }

    [Theory, Transports]
    public async Task MinReceiveRate_AByteASecond_IsTooSlow(string transport)
    {
        await using var pair = await LimitedPair.ConnectAsync(transport, s_limits, _time);
        await SendAsync(pair, 1);
        var line = pair.Accepted.ReadLineAsync().AsTask();
        await Eventually.IsAsync(() => pair.Accepted.BytesRead == 1, "the first byte was not read");
        for (var i = 2; i <= 5; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await SendAsync(pair, 1);
            await Eventually.IsAsync(() => pair.Accepted.BytesRead == i, "the byte was not read");
        }

        // The read begins to wait a moment after the byte is counted.
        await Eventually.IsAsync(() =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(50));
            return line.IsCompleted;
        }, "the line is still waited for");
        await line.ThrowsAsync(ConnectionError.TimedOut);
        await pair.Accepted.ReachesAsync(ConnectionLimitKind.ReceiveRate);
    }

    [Theory, Transports]
    public async Task MinReceiveRate_WholeMessagesSeldom_AreNotSlow(string transport)
    {
        await using var pair = await LimitedPair.ConnectAsync(transport, s_limits, _time);
        for (var i = 0; i < 5; i++)
        {
            await SendAsync(pair, 3);
            await pair.Accepted.Input.ReadExactlyAsync(3);
            var next = pair.Accepted.Input.ReadAsync().AsTask();
            _time.Advance(TimeSpan.FromHours(1));
            Assert.False(next.IsCompleted);
            pair.Accepted.Input.CancelPendingRead();
            pair.Accepted.Input.AdvanceTo((await next.Soon()).Buffer.End);
        }

        Assert.Null(pair.Accepted.CloseReason);
    }

    [Theory, Transports]
    public async Task MinReceiveRate_TheHandlerIsBusyBetweenReads_IsNotThePeersFault(string transport)
    {
        await using var pair = await LimitedPair.ConnectAsync(transport, s_limits, _time);
        await SendAsync(pair, 10);
        var rest = await ReadMoreAsync(pair, 10);
        for (var i = 0; i < 4; i++)
        {
            _time.Advance(s_grace / 5);
            pair.Accepted.Input.CancelPendingRead();
            var result = await rest.Soon();
            pair.Accepted.Input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            // No read waits: this time does not count.
            _time.Advance(TimeSpan.FromHours(1));
            rest = pair.Accepted.Input.ReadAsync().AsTask();
        }

        Assert.Null(pair.Accepted.CloseReason);
        _time.Advance((s_grace / 5) - s_step);
        Assert.False(rest.IsCompleted);
        _time.Advance(s_step);
        await rest.ThrowsAsync(ConnectionError.TimedOut);
    }

    [Theory, Transports]
    public async Task MinReceiveRate_PartOfItIsConsumed_BeginsANewMessage(string transport)
    {
        await using var pair = await LimitedPair.ConnectAsync(transport, s_limits, _time);
        await SendAsync(pair, 20);
        var rest = await ReadMoreAsync(pair, 20, consumed: 1);
        for (var held = 19; held > 10; held--)
        {
            _time.Advance(s_grace * 0.9);
            pair.Accepted.Input.CancelPendingRead();
            rest = await ReadMoreAsync(pair, held, consumed: 1, rest);
        }

        Assert.False(rest.IsCompleted);

        Assert.Null(pair.Accepted.CloseReason);
    }

    private static Task SendAsync(Pair pair, int count) => pair.Client.SendAsync(new byte[count]).Soon();

    // The reader has examined all that has come, consumed none or some of it, and waits for the rest.
    private static async Task<Task<ReadResult>> ReadMoreAsync(Pair pair, int held, int consumed = 0, Task<ReadResult>? pending = null)
    {
        var input = pair.Accepted.Input;
        pending ??= input.ReadAsync().AsTask();
        for (var isAll = false; !isAll; pending = input.ReadAsync().AsTask())
        {
            var buffer = (await pending.Soon()).Buffer;
            isAll = buffer.Length == held;
            input.AdvanceTo(buffer.GetPosition(isAll ? consumed : 0), buffer.End);
        }

        return pending;
    }
}

using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace Net.Async.Tests.Contract.Limits;

/// <summary>A peer that says nothing, at first or for long. In virtual time.</summary>
public class SilenceTests : LeakCheck
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(80), s_step = TimeSpan.FromMilliseconds(1);
    private static readonly ConnectionLimits s_firstByte = new() { FirstByteTimeout = s_limit }, s_idle = new() { IdleTimeout = s_limit };

    private readonly FakeTimeProvider _time = new();

    [Theory, Transports]
    public async Task FirstByteTimeout_NoByteComes_ClosesInOrderAndTheReadSaysWhy(string transport)
    {
        await using var pair = await LimitedPair.ConnectAsync(transport, s_firstByte, _time);
        var read = pair.Accepted.Input.ReadAsync().AsTask();
        _time.Advance(s_limit - s_step);
        Assert.Null(pair.Accepted.CloseReason);
        _time.Advance(s_step);
        var thrown = await read.ThrowsAsync(ConnectionError.TimedOut);
        Assert.Contains("FirstByteTimeout, 00:01:20", thrown.Message, StringComparison.Ordinal);
        Assert.IsType<LimitReachedException>(thrown.InnerException);
        await pair.Accepted.ReachesAsync(ConnectionLimitKind.FirstByte);
        await _time.EndsAsync(pair.Accepted);
        Assert.True((await pair.Client.Input.ReadAsync().Soon()).IsCompleted);
        await pair.Accepted.Input.ReadAsync().AsTask().ThrowsAsync(ConnectionError.TimedOut);
        await pair.Accepted.SendAsync(new byte[1]).AsTask().ThrowsAsync(ConnectionError.TimedOut);
    }

    [Theory, Transports]
    public async Task FirstByteTimeout_AfterTheFirstByte_IsOver(string transport)
    {
        await using var pair = await LimitedPair.ConnectAsync(transport, s_firstByte, _time);
        _time.Advance(s_limit / 2);
        await pair.Client.Output.WriteAsync(new byte[1]).Soon();
        await pair.Accepted.Input.ReadExactlyAsync(1);
        _time.Advance(s_limit * 100);
        await AssertLivesAsync(pair);
    }

    [Theory]
    [InlineData("tcp4/reactor")]
    [InlineData("tcp4/managed")]
    [InlineData("unix")]
    [InlineData("memory")]
    public async Task FirstByteTimeout_HandlerHasNotReadWhatCame_IsNotThePeersFault(string transport)
    {
        await using var pair = await LimitedPair.ConnectAsync(transport, s_firstByte, _time);
        await pair.Client.Output.WriteAsync(new byte[1]).Soon();
        _time.Advance(s_limit);
        _time.Advance(s_limit);
        // The look of the pool comes before this read, or after it: neither ends the connection.
        await pair.Accepted.Input.ReadExactlyAsync(1);
        await AssertLivesAsync(pair);
    }

    [Theory, Transports(ConnectionCapabilities.HalfClose)]
    public async Task FirstByteTimeout_PeerHasEnded_IsOver(string transport)
    {
        await using var pair = await LimitedPair.ConnectAsync(transport, s_firstByte, _time);
        await pair.Client.Output.CompleteAsync();
        Assert.True((await pair.Accepted.Input.ReadAsync().Soon()).IsCompleted);
        pair.Accepted.Input.AdvanceTo(default);
        _time.Advance(s_limit * 2);
        await pair.Accepted.Output.WriteAsync(new byte[3]).Soon();
        Assert.Equal(new byte[3], await pair.Client.Input.ReadExactlyAsync(3));
        Assert.Null(pair.Accepted.CloseReason);
    }

    [Theory, Transports]
    public async Task IdleTimeout_NoByteMoves_ClosesAlsoWhileTheHandlerBlocks(string transport)
    {
        await using var pair = await LimitedPair.ConnectAsync(transport, s_idle, _time);
        _time.Advance(s_limit - s_step);
        Assert.Null(pair.Accepted.CloseReason);
        _time.Advance(s_step);
        await pair.Accepted.ReachesAsync(ConnectionLimitKind.Idle);
        await _time.EndsAsync(pair.Accepted);
        Assert.True((await pair.Client.Input.ReadAsync().Soon()).IsCompleted);
        Assert.Contains("IdleTimeout, 00:01:20", (await pair.Accepted.Input.ReadAsync().AsTask().ThrowsAsync(ConnectionError.TimedOut)).Message, StringComparison.Ordinal);
    }

    [Theory, Transports]
    public async Task IdleTimeout_ReceivePastThePipeWaits_FailsIt(string transport)
    {
        await using var pair = await LimitedPair.ConnectAsync(transport, s_idle, _time);
        var receive = pair.Accepted.ReceiveAsync(new byte[10]).AsTask();
        _time.Advance(s_limit);
        await receive.ThrowsAsync(ConnectionError.TimedOut);
    }

    [Theory, Transports]
    public async Task IdleTimeout_BytesEitherWay_NeverEndABusyConnection(string transport)
    {
        await using var pair = await LimitedPair.ConnectAsync(transport, s_idle, _time);
        for (var i = 0; i < 20; i++)
        {
            _time.Advance(s_limit * 0.95);
            Assert.Null(pair.Accepted.CloseReason);
            var (from, to) = i % 2 == 0 ? (pair.Client, pair.Accepted) : (pair.Accepted, pair.Client);
            await from.SendAsync(new byte[1]).Soon();
            Assert.Equal(1, await to.ReceiveAsync(new byte[1]).Soon());
        }

        Assert.Null(pair.Accepted.CloseReason);
        // From the last byte on: not before the limit, and at most an eighth behind it.
        await AssertIdleFromHereAsync(pair.Accepted);
    }

    [Theory, Transports]
    public async Task IdleTimeout_AWriteWaits_CountsFromItsEnd(string transport)
    {
        await using var pair = await LimitedPair.ConnectAsync(transport, s_idle, _time);
        var write = pair.Accepted.StartWaitingWrite();
        for (var i = 0; i < 30; i++)
            _time.Advance(s_limit / 3);
        Assert.Null(pair.Accepted.CloseReason);
        var reading = pair.Client.Input.CopyToAsync(Stream.Null);
        await write.Soon();
        await AssertIdleFromHereAsync(pair.Accepted);
        await _time.EndsAsync(pair.Accepted);
        await reading.Soon();
    }

    [Theory, Transports]
    public async Task IdleTimeout_BytesAreWrittenAndNotFlushed_SendsThemFirst(string transport)
    {
        await using var pair = await LimitedPair.ConnectAsync(transport, s_idle, _time);
        Encoding.ASCII.GetBytes("left", pair.Accepted.Output.GetSpan(4));
        pair.Accepted.Output.Advance(4);
        _time.Advance(s_limit);
        Assert.Equal("left", Encoding.ASCII.GetString(await pair.Client.Input.ReadExactlyAsync(4)));
        await _time.EndsAsync(pair.Accepted);
    }

    // Between two looks the clock must not jump: a byte counts from the look that notices it.
    private async Task AssertIdleFromHereAsync(Connection connection)
    {
        for (var i = 1; i < 80; i++)
            _time.Advance(s_limit / 80);
        Assert.Null(connection.CloseReason);
        for (var i = 0; i < 12; i++)
            _time.Advance(s_limit / 80);
        await connection.ReachesAsync(ConnectionLimitKind.Idle);
    }

    private static async Task AssertLivesAsync(Pair pair)
    {
        await pair.Client.Output.WriteAsync(new byte[3]).Soon();
        Assert.Equal(new byte[3], await pair.Accepted.Input.ReadExactlyAsync(3));
        Assert.Null(pair.Accepted.CloseReason);
    }
}

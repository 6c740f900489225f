using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace Net.Async.Tests.Contract;

/// <summary>A read that waits too long fails, and the connection stays open. In virtual time.</summary>
public class ReadTimeoutTests : LeakCheck
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _time = new();

    [Theory, Transports]
    public async Task ReadAsync_NothingComes_FailsAndTheConnectionGoesOn(string transport)
    {
        await using var pair = await PairAsync(transport);
        var read = pair.Accepted.Input.ReadAsync().AsTask();
        _time.Advance(s_timeout - TimeSpan.FromMilliseconds(1));
        Assert.False(read.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await read.ThrowsAsync(ConnectionError.TimedOut);
        Assert.Null(pair.Accepted.CloseReason);
        await pair.Client.Output.WriteAsync(Encoding.ASCII.GetBytes("late")).Soon();
        Assert.Equal("late", Encoding.ASCII.GetString(await pair.Accepted.Input.ReadExactlyAsync(4)));
    }

    [Theory, Transports]
    public async Task ReadAsync_EachInTime_NoneFails(string transport)
    {
        await using var pair = await PairAsync(transport);
        for (var i = 0; i < 5; i++)
        {
            var read = pair.Accepted.Input.ReadAsync().AsTask();
            _time.Advance(s_timeout * 0.9);
            await pair.Client.Output.WriteAsync(new byte[1]).Soon();
            var result = await read.Soon();
            pair.Accepted.Input.AdvanceTo(result.Buffer.End);
        }

        // Set by an earlier read: when the alarm rings, the present one is young.
        var last = pair.Accepted.Input.ReadAsync().AsTask();
        _time.Advance(s_timeout * 0.6);
        Assert.False(last.IsCompleted);
        _time.Advance(s_timeout * 0.5);
        await last.ThrowsAsync(ConnectionError.TimedOut);
    }

    [Theory, Transports]
    public async Task ReadTimeout_ChangedOrSwitchedOff_CountsFromTheNextRead(string transport)
    {
        await using var pair = await PairAsync(transport);
        pair.Accepted.ReadTimeout = null;
        var unlimited = pair.Accepted.Input.ReadAsync().AsTask();
        _time.Advance(s_timeout * 100);
        Assert.False(unlimited.IsCompleted);
        await pair.Client.Output.WriteAsync(new byte[1]).Soon();
        pair.Accepted.Input.AdvanceTo((await unlimited.Soon()).Buffer.End);
        pair.Accepted.ReadTimeout = TimeSpan.FromSeconds(1);
        var limited = pair.Accepted.Input.ReadAsync().AsTask();
        _time.Advance(TimeSpan.FromSeconds(1));
        await limited.ThrowsAsync(ConnectionError.TimedOut);
        Assert.Throws<ArgumentOutOfRangeException>(() => pair.Accepted.ReadTimeout = TimeSpan.FromDays(2));
        Assert.Equal(TimeSpan.FromSeconds(1), pair.Accepted.ReadTimeout);
    }

    [Theory, Transports]
    public async Task ReadTimeout_Shortened_CountsFromTheNextRead(string transport)
    {
        await using var pair = await PairAsync(transport);
        var first = pair.Accepted.Input.ReadAsync().AsTask();
        pair.Accepted.ReadTimeout = TimeSpan.FromSeconds(1);
        // The one under way goes by what it began with.
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.False(first.IsCompleted);
        await pair.Client.Output.WriteAsync(new byte[1]).Soon();
        pair.Accepted.Input.AdvanceTo((await first.Soon()).Buffer.End);
        var second = pair.Accepted.Input.ReadAsync().AsTask();
        _time.Advance(TimeSpan.FromSeconds(1));
        await second.ThrowsAsync(ConnectionError.TimedOut);
    }

    [Theory, Transports]
    public async Task ReadTimeout_SwitchedOffWhileAReadWaits_LeavesThatReadItsLimit(string transport)
    {
        await using var pair = await PairAsync(transport);
        var read = pair.Accepted.Input.ReadAsync().AsTask();
        pair.Accepted.ReadTimeout = null;
        _time.Advance(s_timeout);
        await read.ThrowsAsync(ConnectionError.TimedOut);
    }

    [Theory, Transports]
    public async Task ReceiveAsync_NothingComes_FailsAndLosesNoByte(string transport)
    {
        await using var pair = await PairAsync(transport);
        var memory = new byte[10];
        var receive = pair.Accepted.ReceiveAsync(memory).AsTask();
        _time.Advance(s_timeout);
        await receive.ThrowsAsync(ConnectionError.TimedOut);
        await pair.Client.Output.WriteAsync(new byte[] { 7 }).Soon();
        Assert.Equal(1, await pair.Accepted.ReceiveAsync(memory).Soon());
        Assert.Equal(7, memory[0]);
    }

    private Task<Pair> PairAsync(string transport) =>
        Transport.Get(transport).ConnectPairAsync(new ConnectionOptions { ReadTimeout = s_timeout, TimeProvider = _time });
}

using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Net.Async.Testing;
using Net.Async.Tests.Contract;

namespace Net.Async.Tests.Testing;

/// <summary>Each fault on the bare transport, with a clock that the test moves.</summary>
public sealed class FaultInjectorTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly FaultInjector _faults;
    private readonly TransportStream _here, _peer;

    public FaultInjectorTests()
    {
        _faults = new FaultInjector(_time, seed: 1, bufferSize: 64);
        var (inner, peer) = MemoryNetwork.CreateTransports();
        (_here, _peer) = (_faults.Over(inner), peer);
    }

    public void Dispose() => _faults.Dispose();

    [Fact]
    public async Task Delay_BytesAndTheEnd_ArriveAtThatTimeAndNotBefore()
    {
        _faults.Sending.Rules = FaultRules.None with { Delay = TimeSpan.FromSeconds(10) };
        _here.TrySend("one"u8);
        _time.Advance(TimeSpan.FromSeconds(4));
        _here.TrySend("two"u8);
        await _here.EndSendingAsync();
        Assert.False(_here.IsAllAcknowledged);
        _time.Advance(TimeSpan.FromSeconds(5.9));
        await NothingAsync(_peer);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal("one", await ReadAsync(_peer, 3));
        _time.Advance(TimeSpan.FromSeconds(3.9));
        await NothingAsync(_peer);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal("two", await ReadAsync(_peer, 3));
        Assert.Equal("", await ReadAsync(_peer, 1));
        await Eventually.IsAsync(() => _here.IsAllAcknowledged, "the end has passed, and is not known to have");
    }

    [Fact]
    public async Task Jitter_ManyPieces_KeepTheirOrderAndTheirBounds()
    {
        _faults.Receiving.Rules = FaultRules.None with { Delay = TimeSpan.FromSeconds(1), Jitter = TimeSpan.FromSeconds(1) };
        for (var i = 0; i < 20; i++)
        {
            _peer.TrySend(new byte[] { (byte)('a' + i) });
            // Each enters by itself.
            Assert.True(_here.Peek().IsWouldBlock);
            await Task.Delay(1);
        }

        var wait = _here.WaitReadableAsync().AsTask();
        _time.Advance(TimeSpan.FromSeconds(0.999));
        await NothingAsync(_here);
        _time.Advance(TimeSpan.FromSeconds(1.001));
        await wait.Soon();
        Assert.Equal("abcdefghijklmnopqrst", await ReadAsync(_here, 20));
    }

    [Fact]
    public async Task BytesPerSecond_AFullBuffer_TricklesAndTheSenderWaits()
    {
        _faults.Sending.Rules = FaultRules.None with { BytesPerSecond = 16 };
        var sending = _here.SendAsync(new byte[80]).AsTask();
        var got = 0;
        for (var second = 1; second <= 5; second++)
        {
            Assert.Equal(second > 1, sending.IsCompleted || await Task.WhenAny(sending, Task.Delay(10)) == sending);
            _time.Advance(TimeSpan.FromSeconds(1));
            got += (await ReadAsync(_peer, 16)).Length;
            await NothingAsync(_peer);
            Assert.Equal(16 * second, got);
        }
    }

    [Fact]
    public async Task SliceBytes_EachCall_CarriesOneToThatManyUpToTheLimit()
    {
        var rules = FaultRules.None with { SliceBytes = 4, SlicedBytes = 20 };
        (_faults.Sending.Rules, _faults.Receiving.Rules) = (rules, rules);
        var (sent, received) = (new List<int>(), new List<int>());
        for (var left = 40; left > 0; left -= sent[^1])
            sent.Add(_here.TrySend(new byte[left]).Count);
        await _peer.SendAsync(new byte[40]);
        var buffer = new byte[100];
        for (var left = 40; left > 0; left -= received[^1])
        {
            await _here.WaitReadableAsync();
            received.Add(_here.TryReceive(buffer).Count);
        }

        foreach (var calls in new[] { sent, received })
        {
            Assert.All(calls[..^1], static count => Assert.InRange(count, 1, 4));
            Assert.True(calls.Distinct().Count() > 2);
            Assert.InRange(calls[^1], 17, 20);
        }
    }

    [Fact]
    public async Task Hold_BothDirections_PassNothingUntilTheReleaseAndAllOfItThen()
    {
        _faults.Hold();
        Assert.True(_faults.Sending.IsHeld && _faults.Receiving.IsHeld);
        Assert.Equal(TransportResult.Of(64), _here.TrySend(new byte[100]));
        Assert.True(_here.TrySend("x"u8).IsWouldBlock);
        _peer.TrySend("answer"u8);
        await _peer.EndSendingAsync();
        var wait = _here.WaitReadableAsync().AsTask();
        await NothingAsync(_peer);
        await NothingAsync(_here);
        Assert.False(wait.IsCompleted || _here.HasPeerEnded);
        _faults.Release();
        Assert.Equal(new string('\0', 64), await ReadAsync(_peer, 64));
        await wait.Soon();
        Assert.Equal("answer", await ReadAsync(_here, 6));
        Assert.Equal("", await ReadAsync(_here, 1));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Hold_ThisSideResetsOrCloses_ThePeerSeesItAfterTheRelease(bool isReset)
    {
        _faults.Hold();
        _here.TrySend("held"u8);
        if (isReset)
            _here.Reset();
        else
            _here.Close();
        Assert.Equal(SocketError.OperationAborted, _here.TrySend("x"u8).Error);
        await NothingAsync(_peer);
        _faults.Release();
        if (isReset)
            await Eventually.IsAsync(() => _peer.Peek().Error == SocketError.ConnectionReset, "no reset");
        else
            Assert.Equal("held", await ReadAsync(_peer, 5));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cut_ThenThisSideEnds_ThePeerSeesNothingUntilTheInjectorIsDisposed(bool isReset)
    {
        _here.TrySend("before"u8);
        Assert.Equal("before", await ReadAsync(_peer, 6));
        _faults.Cut();
        Assert.Equal(64, _here.TrySend(new byte[100]).Count);
        var (waitingSend, waitingRead) = (_here.SendAsync("x"u8.ToArray()).AsTask(), _here.WaitReadableAsync().AsTask());
        Assert.False(waitingSend.IsCompleted || waitingRead.IsCompleted);
        if (isReset)
            _here.Reset();
        else
            _here.Close();
        Assert.Equal((SocketError.OperationAborted, SocketError.OperationAborted), (await waitingSend.Soon(), await waitingRead.Soon()));
        _time.Advance(TimeSpan.FromDays(1));
        await NothingAsync(_peer);
        Assert.Equal(TransportResult.Of(1), _peer.TrySend("x"u8));
        _faults.Dispose();
        Assert.Equal(SocketError.ConnectionReset, _peer.Peek().Error);
        Assert.Throws<ObjectDisposedException>(() => _faults.Over(_peer));
    }

    [Fact]
    public async Task Close_WithUnreadBytes_ResetsBehindWhatWasSent()
    {
        await _peer.SendAsync("unread"u8.ToArray());
        await _here.WaitReadableAsync();
        _here.TrySend("answer"u8);
        _here.Close();
        Assert.Equal("answer", await ReadAsync(_peer, 6));
        await Eventually.IsAsync(() => _peer.PendingError() == SocketError.ConnectionReset, "no reset");
    }

    [Fact]
    public async Task Reset_BytesThatHaveArrivedAndBytesUnderWay_TheFirstAreReceivedAndTheOthersLost()
    {
        _peer.TrySend("arrived"u8);
        await _here.WaitReadableAsync();
        _faults.Receiving.Rules = FaultRules.None with { Delay = TimeSpan.FromSeconds(1) };
        _peer.TrySend("lost"u8);
        await Task.Delay(20);
        _faults.Reset();
        Assert.Equal("arrived", await ReadAsync(_here, 7));
        Assert.Equal(SocketError.ConnectionReset, _here.TryReceive(new byte[1]).Error);
        Assert.Equal(SocketError.ConnectionReset, _here.TrySend("x"u8).Error);
        Assert.Equal(SocketError.ConnectionReset, _here.PendingError());
        Assert.Equal(SocketError.ConnectionReset, _peer.Peek().Error);
    }

    [Fact]
    public async Task LimitBytes_End_DropsTheRestAndNeverMakesTheSenderWait()
    {
        _faults.Receiving.Rules = FaultRules.None with { LimitBytes = 3, AtLimit = FaultEnd.End };
        var sending = _peer.SendAsync(new byte[1_000_000]).AsTask();
        Assert.Equal(3, (await ReadAsync(_here, 3)).Length);
        Assert.Equal("", await ReadAsync(_here, 1));
        Assert.Equal(SocketError.Success, await sending.Soon());
        _here.TrySend("still"u8);
        Assert.Equal("still", await ReadAsync(_peer, 5));
    }

    [Fact]
    public void FromSeed_SameSeedOrAnother_DrawsTheSameOrOthers()
    {
        var rules = Enumerable.Range(0, 50).Select(static seed => FaultRules.FromSeed(seed, ends: true)).ToArray();
        Assert.Equal(rules, Enumerable.Range(0, 50).Select(static seed => FaultRules.FromSeed(seed, ends: true)));
        Assert.True(rules.Distinct().Count() > 45);
        Assert.Equal(3, rules.Where(static rules => rules.LimitBytes is not null).Select(static rules => rules.AtLimit).Distinct().Count());
        Assert.All(Enumerable.Range(0, 50), static seed => Assert.Null(FaultRules.FromSeed(seed).LimitBytes));
        Assert.Equal(Slices(7), Slices(7));
        Assert.NotEqual(Slices(7), Slices(8));

        static int[] Slices(int seed)
        {
            using var faults = new FaultInjector(seed: seed);
            faults.Sending.Rules = new FaultRules { SliceBytes = 100 };
            var stream = faults.Over(MemoryNetwork.CreateTransports().Client);
            return [.. Enumerable.Range(0, 20).Select(_ => stream.TrySend(new byte[1000]).Count)];
        }
    }

    [Fact]
    public async Task FromSeed_EachStream_HasRulesOfItsOwnUntilTheyAreSet()
    {
        using var faults = FaultInjector.FromSeed(5, _time);
        Assert.Null(faults.Sending.Rules);
        Assert.Throws<ArgumentNullException>(() => faults.Sending.Rules = null);
        faults.Sending.Rules = FaultRules.None;
        var (inner, peer) = MemoryNetwork.CreateTransports();
        Assert.Equal(TransportResult.Of(5000), faults.Over(inner).TrySend(new byte[5000]));
        Assert.Equal(5000, (await ReadAsync(peer, 5000)).Length);
    }

    [Fact]
    public async Task Over_Listener_EveryAcceptedStreamIsBehindTheFaults()
    {
        var network = new MemoryNetwork();
        await using var server = Server.Listen(_faults.Over(network.Bind(new IPEndPoint(IPAddress.Loopback, 80))));
        for (var i = 0; i < 2; i++)
        {
            await using var client = await network.Connector.ConnectAsync(server.LocalEndPoint);
            await using var accepted = await server.AcceptAsync().Soon();
            _faults.Reset();
            await client.Input.ReadAsync().ThrowsAsync(ConnectionError.Reset);
            await accepted.Input.ReadAsync().ThrowsAsync(ConnectionError.Reset);
        }
    }

    // Up to so many bytes, fewer before an end.
    private static async Task<string> ReadAsync(TransportStream stream, int count)
    {
        var text = new StringBuilder();
        var buffer = new byte[count];
        while (text.Length < count)
        {
            await stream.WaitReadableAsync().Soon();
            var received = stream.TryReceive(buffer.AsSpan(0, count - text.Length));
            if (received.IsWouldBlock)
                continue;
            Assert.Equal(SocketError.Success, received.Error);
            if (received.Count == 0)
                break;
            text.Append(Encoding.ASCII.GetString(buffer, 0, received.Count));
        }

        return text.ToString();
    }

    private static async Task NothingAsync(TransportStream stream)
    {
        await Task.Delay(10);
        Assert.True(stream.Peek().IsWouldBlock);
    }
}

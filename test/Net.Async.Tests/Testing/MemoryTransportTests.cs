using System.Net.Sockets;
using Net.Async.Testing;

namespace Net.Async.Tests.Testing;

/// <summary>The order of ends on the bare transport: what was sent before is received first.</summary>
public class MemoryTransportTests
{
    private readonly TransportStream _client, _server;

    public MemoryTransportTests() => (_client, _server) = MemoryNetwork.CreateTransports(bufferSize: 8);

    [Fact]
    public async Task EndSending_BehindBytes_BothAreReceivedAndTheOtherDirectionLasts()
    {
        Assert.Equal(TransportResult.Of(3), _client.TrySend("abc"u8));
        Assert.Equal(SocketError.Success, await _client.EndSendingAsync());
        Assert.True(_server.HasPeerEnded);
        Assert.Equal(TransportResult.Of(1), _server.Peek());
        Assert.Equal(("abc", TransportResult.Of(0)), Read(_server));
        Assert.Equal(TransportResult.Of(2), _server.TrySend("xy"u8));
        Assert.Equal(("xy", TransportResult.WouldBlock), Read(_client));
        Assert.Equal(TransportResult.Of(SocketError.Shutdown), _client.TrySend("d"u8));
    }

    [Fact]
    public async Task Reset_BytesInThePeersBufferAndMoreThatWait_TheFirstAreReceivedAndTheOthersLost()
    {
        var sending = _client.SendAsync("0123456789"u8.ToArray());
        Assert.False(sending.IsCompleted);
        _client.Reset();
        Assert.Equal(SocketError.OperationAborted, await sending);
        Assert.Equal(SocketError.ConnectionReset, _server.PendingError());
        Assert.Equal(("01234567", TransportResult.Of(SocketError.ConnectionReset)), Read(_server));
        Assert.Equal(TransportResult.Of(SocketError.ConnectionReset), _server.TrySend("x"u8));
        Assert.Equal(SocketError.ConnectionReset, await _server.EndSendingAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Close_WithOrWithoutUnreadBytes_IsAResetOrAnEnd(bool isUnread)
    {
        _server.TrySend("answer"u8);
        if (isUnread)
            _client.TrySend("unread"u8);
        var waiting = _server.WaitReadableAsync().AsTask();
        _server.Close();
        Assert.Equal(isUnread ? SocketError.Success : SocketError.OperationAborted, await waiting);
        Assert.Equal(("answer", isUnread ? TransportResult.Of(SocketError.ConnectionReset) : TransportResult.Of(0)), Read(_client));
        Assert.Equal(TransportResult.Of(SocketError.ConnectionReset), _client.TrySend("x"u8));
        Assert.Equal(TransportResult.Of(SocketError.OperationAborted), _server.TrySend("x"u8));
        Assert.Equal(TransportResult.Of(SocketError.OperationAborted), _server.Peek());
    }

    [Fact]
    public async Task SendFirstAsync_CancelledWhileFull_HasSentNothing()
    {
        _client.TrySend("01234567"u8);
        using var cancel = new CancellationTokenSource();
        var sending = _client.SendFirstAsync("x"u8.ToArray(), cancel.Token);
        await cancel.CancelAsync();
        Assert.True((await sending).IsWouldBlock);
        Assert.Equal(("01234567", TransportResult.WouldBlock), Read(_server));
        var waiting = _server.WaitReadableAsync();
        Assert.False(waiting.IsCompleted);
        Assert.Equal(TransportResult.Of(1), await _client.SendFirstAsync("y"u8.ToArray(), CancellationToken.None));
        Assert.Equal(SocketError.Success, await waiting);
    }

    [Fact]
    public void BufferSize_WithoutRoom_IsAnArgumentError()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => MemoryNetwork.CreateTransports(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MemoryNetwork(bufferSize: 0));
    }

    // Everything that is there, in pieces that cross the end of the ring, and what comes behind it.
    private static (string Bytes, TransportResult Next) Read(TransportStream stream)
    {
        var text = "";
        var buffer = new byte[3];
        while (stream.TryReceive(buffer) is { Count: > 0 } received)
            text += System.Text.Encoding.ASCII.GetString(buffer, 0, received.Count);
        return (text, stream.TryReceive(buffer));
    }
}

using System.Net.Sockets;
using Net.Async.Tests.Contract;

namespace Net.Async.Tests.NodeNet;

/// <summary>Rows about the two directions: half open, one way only, paused.</summary>
public class DirectionRowsTests : LeakCheck
{
    [Theory, Transports(ConnectionCapabilities.HalfClose)]
    public async Task ReadLinesAsync_ToTheEnd_TheAnswerStillGoesOut(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        await pair.Client.WriteAsync("one\ntwo\n").Soon();
        await pair.Client.Output.CompleteAsync().Soon();
        var lines = 0;
        await foreach (var line in pair.Accepted.ReadLinesAsync())
            lines++;
        await pair.Accepted.WriteAsync($"{lines} lines\n").Soon();
        Assert.Equal("2 lines", await pair.Client.ReadLineAsync().Soon());
    }

    [Theory, Transports(ConnectionCapabilities.HalfClose)]
    public async Task AllowHalfOpenOff_WrittenBeforeTheEndWasRead_IsSentBeforeOurEnd(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync(new ConnectionOptions { Close = { AllowHalfOpen = false } });
        await pair.Accepted.WriteAsync("answer").Soon();
        await pair.Client.Output.CompleteAsync().Soon();
        Assert.Empty(await pair.Accepted.Input.ReadToEndAsync());
        Assert.Equal("answer"u8.ToArray(), await pair.Client.Input.ReadToEndAsync());
        await Eventually.FiresAsync("the peer's end did not end it", pair.Accepted.Closed);
        Assert.True(pair.Accepted.CloseReason!.IsClean);
        // Over for this side, too: nothing is sent, and nothing is said that is not so.
        var thrown = await Record.ExceptionAsync(() => pair.Accepted.SendAsync(new byte[1]).Soon());
        Assert.True(thrown is ConnectionException { Error: ConnectionError.Closed } or InvalidOperationException, $"{thrown}");
    }

    [Theory]
    [InlineData("tcp4")]
    [InlineData("unix")]
    public async Task InputCompleted_OnlyWritesFromThen_EndsInOrder(string transport)
    {
        await using var peer = await RawPeer.ConnectAsync(transport);
        await peer.Connection.Input.CompleteAsync();
        Assert.Equal(ConnectionState.WriteOnly, peer.Connection.State);
        await peer.Connection.SendAsync("log line\n"u8.ToArray()).Soon();
        await peer.Connection.Output.CompleteAsync().Soon();
        var (bytes, isReset) = await peer.ReadToEndAsync();
        Assert.False(isReset);
        Assert.Equal("log line\n"u8.ToArray(), bytes);
        await Eventually.IsAsync(() => peer.Connection.CloseReason is not null, "not closed");
        Assert.True(peer.Connection.CloseReason!.IsClean);
    }

    [Theory]
    [InlineData("tcp4")]
    [InlineData("unix")]
    public async Task OutputCompleted_OnlyReadsFromThen_EndsInOrder(string transport)
    {
        await using var peer = await RawPeer.ConnectAsync(transport);
        await peer.Connection.Output.CompleteAsync().Soon();
        Assert.Equal(ConnectionState.ReadOnly, peer.Connection.State);
        await peer.Socket.SendAsync("upload"u8.ToArray()).Soon();
        peer.Socket.Shutdown(SocketShutdown.Send);
        Assert.Equal("upload"u8.ToArray(), await peer.Connection.Input.ReadToEndAsync());
        await Eventually.IsAsync(() => peer.Connection.CloseReason is not null, "not closed");
        Assert.True(peer.Connection.CloseReason!.IsClean);
    }

    [Theory]
    [InlineData("tcp4")]
    [InlineData("unix")]
    public async Task NotAskedToRead_BytesOfThePeer_StayInTheKernel(string transport)
    {
        await using var peer = await RawPeer.ConnectAsync(transport);
        await peer.Socket.SendAsync(new byte[1000]).Soon();
        await Eventually.IsAsync(() => peer.Connection.Socket!.Available == 1000, "not arrived");
        Assert.Equal(0, peer.Connection.BytesRead);
        await peer.Connection.Input.ReadExactlyAsync(1000);
        Assert.Equal(1000, peer.Connection.BytesRead);
    }

    [Theory]
    [InlineData("tcp4")]
    [InlineData("unix")]
    public async Task ReaderStops_ThePeersSenderWaits(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var sending = pair.Client.SendAsync(new byte[16_000_000]).AsTask();
        await pair.Accepted.Input.ReadExactlyAsync(1000);
        var read = pair.Accepted.BytesRead;
        // Paused: no read waits, and nothing is received although there is plenty.
        await Eventually.IsAsync(() => pair.Accepted.Socket!.Available > 0, "nothing is waiting");
        Assert.Equal(read, pair.Accepted.BytesRead);
        Assert.False(sending.IsCompleted);
        await pair.Accepted.Input.ReadExactlyAsync(16_000_000 - 1000);
        await sending.Soon();
    }
}

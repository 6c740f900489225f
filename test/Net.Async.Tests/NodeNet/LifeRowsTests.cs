using System.Buffers;
using System.Net.Sockets;
using Net.Async.Tests.Contract;

namespace Net.Async.Tests.NodeNet;

/// <summary>Rows of Node's <c>net.Socket</c>: how it is made, reads, writes and ends.</summary>
public class LifeRowsTests : LeakCheck
{
    private const int Much = 8 * 1024 * 1024;

    [Theory]
    [InlineData("tcp4", "CompleteAsync")]
    [InlineData("tcp4", "Complete")]
    [InlineData("tcp4", "SendAsync")]
    [InlineData("tcp4", "CloseAsync")]
    [InlineData("tcp4", "DisposeAsync")]
    [InlineData("unix", "CompleteAsync")]
    [InlineData("unix", "SendAsync")]
    [InlineData("unix", "CloseAsync")]
    public async Task OrderlyEnd_Behind8MiB_AllOfItArrives(string transport, string end)
    {
        await using var peer = await RawPeer.ConnectAsync(transport);
        var bytes = Bytes.Random(Much);
        var reading = peer.ReadToEndAsync();
        if (end == "SendAsync")
            await peer.Connection.SendAsync(bytes).Soon();
        else
            peer.Connection.Output.Write(bytes);
        await EndAsync(peer.Connection, end).Soon();
        var (received, isReset) = await reading.Soon();
        Assert.False(isReset);
        Assert.Equal(bytes, received);
        Assert.Equal(Much, peer.Connection.BytesWritten);
    }

    [Theory]
    [InlineData("tcp4")]
    [InlineData("unix")]
    public async Task Abort_Behind8MiB_CutsThemOffAndTellsTheWriter(string transport)
    {
        await using var peer = await RawPeer.ConnectAsync(transport);
        var writing = peer.Connection.Output.WriteAsync(new byte[Much]).AsTask();
        Assert.False(writing.IsCompleted);
        peer.Connection.Abort();
        await writing.ThrowsAsync(ConnectionError.Aborted);
        var (received, isReset) = await peer.ReadToEndAsync();
        Assert.InRange(received.Length, 1, Much - 1);
        Assert.Equal(transport == "tcp4", isReset);
        Assert.Equal(ConnectionError.Aborted, peer.Connection.CloseReason!.Error);
    }

    [Fact]
    public async Task Abort_HalfClosedByThisSide_ResetsThePeer()
    {
        await using var peer = await RawPeer.ConnectAsync("tcp4");
        await peer.Connection.Output.CompleteAsync().Soon();
        Assert.Equal(0, await peer.Socket.ReceiveAsync(new byte[1]).Soon());
        peer.Connection.Abort();
        // The FIN was first: the peer learns of the reset when it sends.
        await Eventually.IsAsync(() => SendFails(peer.Socket), "the peer may still send");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task PeerResets_NobodyReads_DataFirstThenReset(bool watched)
    {
        await using var peer = await RawPeer.ConnectAsync("tcp4");
        var token = watched ? peer.Connection.Closed : default;
        var bytes = Bytes.Random(100_000);
        await peer.Socket.SendAsync(bytes).Soon();
        await Eventually.IsAsync(() => peer.Connection.Socket!.Available == bytes.Length, "not everything arrived");
        peer.Reset();
        if (watched)
            await Eventually.FiresAsync("the reset was not seen", token);
        Assert.Equal(bytes, await peer.Connection.Input.ReadExactlyAsync(bytes.Length));
        await peer.Connection.Input.ReadAsync().ThrowsAsync(ConnectionError.Reset);
    }

    [Fact]
    public async Task State_EachWayToTheEnd_IsNamed()
    {
        await using var pair = await Transport.Get("tcp4").ConnectPairAsync();
        Assert.Equal((ConnectionState.Open, ConnectionState.Open), (pair.Client.State, pair.Accepted.State));
        await pair.Client.Output.CompleteAsync().Soon();
        Assert.Empty(await pair.Accepted.Input.ReadToEndAsync());
        Assert.Equal((ConnectionState.ReadOnly, ConnectionState.WriteOnly), (pair.Client.State, pair.Accepted.State));
        await pair.Accepted.Output.CompleteAsync().Soon();
        Assert.Empty(await pair.Client.Input.ReadToEndAsync());
        Assert.Equal((ConnectionState.Closed, ConnectionState.Closed), (pair.Client.State, pair.Accepted.State));
        // Neither direction is open from the moment that both have ended; the socket's own end follows.
        await Eventually.IsAsync(() => pair.Client.CloseReason is { IsClean: true } && pair.Accepted.CloseReason is { IsClean: true }, "not closed");
    }

    [Theory]
    [InlineData("CompleteAsync")]
    [InlineData("CloseAsync")]
    [InlineData("Abort")]
    public async Task EndPointsAndCounts_AfterTheEnd_AreKnown(string end)
    {
        await using var pair = await Transport.Get("tcp4").ConnectPairAsync();
        var (local, remote) = (pair.Client.LocalEndPoint, pair.Client.RemoteEndPoint);
        await pair.Client.WriteAsync("L'État, c'est ").Soon();
        await pair.Accepted.Input.ReadExactlyAsync(15);
        await EndAsync(pair.Client, end).Soon();
        Assert.Equal((local, remote), (pair.Client.LocalEndPoint, pair.Client.RemoteEndPoint));
        Assert.Equal(pair.Accepted.LocalEndPoint, remote);
        Assert.Equal((15, 15), (pair.Client.BytesWritten, pair.Accepted.BytesRead));
    }

    [Theory, Transports]
    public async Task UnflushedBytes_WrittenAndFlushed_AreWhatTheKernelHasNotTaken(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        pair.Client.Output.Write("queued"u8);
        Assert.Equal((6, 0), (pair.Client.UnflushedBytes, pair.Client.BytesWritten));
        var reading = pair.Accepted.Input.ReadExactlyAsync(6);
        await pair.Client.Output.FlushAsync().Soon();
        Assert.Equal((0, 6), (pair.Client.UnflushedBytes, pair.Client.BytesWritten));
        Assert.Equal("queued"u8.ToArray(), await reading);
    }

    private static Task EndAsync(Connection connection, string end)
    {
        switch (end)
        {
            case "CloseAsync":
                return connection.CloseAsync();
            case "DisposeAsync":
                return connection.DisposeAsync().AsTask();
            case "Complete":
                connection.Output.Complete();
                return Task.CompletedTask;
            case "Abort":
                connection.Abort();
                return Task.CompletedTask;
            default:
                return connection.Output.CompleteAsync().AsTask();
        }
    }

    private static bool SendFails(Socket socket)
    {
        socket.Send(new byte[1], SocketFlags.None, out var error);
        return error is SocketError.ConnectionReset or SocketError.Shutdown;
    }
}

using System.Net;
using System.Net.Sockets;

namespace Net.Async.Tests.Io;

/// <summary>The kernel gives an error to one call. Whichever call took a reset, a receive says it too, and never the peer's end.</summary>
public sealed class ResetAsEndTests : LeakCheck
{
    private static readonly byte[] s_some = [1, 2, 3];

    /// <summary>The calls that can take the error.</summary>
    private static readonly Dictionary<string, Func<TransportStream, ValueTask<SocketError>>> s_takers = new()
    {
        ["send"] = static stream => new(stream.TrySend(s_some).Error),
        ["send of pieces"] = static stream => new(stream.TrySend([new ArraySegment<byte>(s_some), new ArraySegment<byte>(s_some)]).Error),
        ["whole send"] = static stream => stream.SendAsync(s_some),
        ["first send"] = static async stream => (await stream.SendFirstAsync(s_some, CancellationToken.None)).Error,
        ["question"] = static stream => new(stream.PendingError()),
        ["look"] = static stream => new(stream.Peek().Error),
        ["receive"] = static stream => new(stream.TryReceive(new byte[8]).Error),
    };

    [Theory]
    [Engines("accepted")]
    [Engines("connected")]
    [Engines("adopted")]
    public async Task TryReceive_AnotherCallTookTheReset_SaysReset(string engine, string origin)
    {
        using var pairs = new StreamPairs(engine, "tcp");
        foreach (var (name, take) in s_takers)
        {
            var (stream, peer) = await pairs.MakeAsync(origin);
            await StreamPairs.ResetAsync(stream, peer);

            Assert.Equal((name, SocketError.ConnectionReset), (name, await take(stream).Soon()));

            Assert.Equal((name, TransportResult.Of(SocketError.ConnectionReset)), (name, stream.Peek()));
            Assert.Equal((name, TransportResult.Of(SocketError.ConnectionReset)), (name, stream.TryReceive(new byte[8])));
            Assert.Equal((name, TransportResult.Of(SocketError.ConnectionReset)), (name, stream.TryReceive(new byte[8])));
            Assert.Equal((name, SocketError.ConnectionReset), (name, stream.PendingError()));
        }
    }

    // The wait of one engine takes the error, that of the other leaves it.
    [Theory]
    [Engines(true)]
    [Engines(false)]
    public async Task TryReceive_WaitEndedByTheReset_SaysReset(string engine, bool waitsBefore)
    {
        using var pairs = new StreamPairs(engine, "tcp");
        for (var rounds = 0; rounds <= 9; rounds++)
        {
            var (stream, peer) = await pairs.MakeAsync("connected");
            for (var round = 0; round < rounds; round++)
                await ReceiveOneAsync(stream, peer);
            var waiting = waitsBefore ? stream.WaitReadableAsync().AsTask() : null;
            await StreamPairs.ResetAsync(stream, peer);

            Assert.True(await (waiting ?? stream.WaitReadableAsync().AsTask()).Soon() is SocketError.Success or SocketError.ConnectionReset);

            Assert.Equal(TransportResult.Of(SocketError.ConnectionReset), stream.TryReceive(new byte[8]));
        }
    }

    [Theory, Engines]
    public async Task TryReceive_SendTookTheResetBehindBytes_SaysTheBytesFirst(string engine)
    {
        using var pairs = new StreamPairs(engine, "tcp");
        foreach (var (name, take) in s_takers.Where(static taker => taker.Key is not ("look" or "receive")))
        {
            var (stream, peer) = await pairs.MakeAsync("connected");
            peer.Send(s_some);
            await StreamPairs.ResetAsync(stream, peer);

            Assert.Equal((name, SocketError.ConnectionReset), (name, await take(stream).Soon()));

            Assert.Equal(TransportResult.Of(1), stream.Peek());
            Assert.Equal(TransportResult.Of(3), stream.TryReceive(new byte[8]));
            Assert.Equal(TransportResult.Of(SocketError.ConnectionReset), stream.TryReceive(new byte[8]));
        }
    }

    // This side has sent its FIN: no send takes the error, a question does.
    [Theory, Engines]
    public async Task TryReceive_QuestionTookTheResetAfterOurEnd_SaysReset(string engine)
    {
        using var pairs = new StreamPairs(engine, "tcp");
        var (stream, peer) = await pairs.MakeAsync("connected");
        Assert.Equal(SocketError.Success, await stream.EndSendingAsync());
        await StreamPairs.ResetAsync(stream, peer);

        Assert.Equal(SocketError.ConnectionReset, stream.PendingError());

        Assert.Equal(TransportResult.Of(SocketError.ConnectionReset), stream.TryReceive(new byte[8]));
    }

    // Everything that the peer had to say is here: what becomes of our bytes later does not change that.
    [Theory]
    [Engines("send")]
    [Engines("send of pieces")]
    [Engines("whole send")]
    [Engines("first send")]
    [Engines("question")]
    public async Task TryReceive_PeerResetBehindItsEnd_SaysTheEnd(string engine, string taker)
    {
        using var pairs = new StreamPairs(engine, "tcp");
        var (stream, peer) = await pairs.MakeAsync("connected");
        peer.Send(s_some);
        peer.Dispose();
        await StreamPairs.HearsAsync(stream);
        // The peer's kernel answers these bytes with RST.
        Assert.Equal(TransportResult.Of(3), stream.TrySend(s_some));
        await Eventually.IsAsync(() => !stream.TrySend(s_some).IsSuccess, "no reset has come");

        Assert.True(await s_takers[taker](stream).Soon() is SocketError.Shutdown or SocketError.Success);

        Assert.Equal(TransportResult.Of(3), stream.TryReceive(new byte[8]));
        Assert.Equal(TransportResult.Of(0), stream.TryReceive(new byte[8]));
        Assert.Equal(TransportResult.Of(0), stream.TryReceive(new byte[8]));
    }

    [Theory]
    [Engines(true)]
    [Engines(false)]
    public async Task TryReceive_BothSidesEnded_SaysTheEnd(string engine, bool oursFirst)
    {
        using var pairs = new StreamPairs(engine, "tcp");
        var (stream, peer) = await pairs.MakeAsync("connected");
        if (oursFirst)
            Assert.Equal(SocketError.Success, await stream.EndSendingAsync());
        peer.Send(s_some);
        peer.Shutdown(SocketShutdown.Send);
        await StreamPairs.HearsAsync(stream);
        if (!oursFirst)
            Assert.Equal(SocketError.Success, await stream.EndSendingAsync());
        await Eventually.IsAsync(() => stream.IsAllAcknowledged, "the peer has not acknowledged our end");

        Assert.Equal(SocketError.Success, stream.PendingError());
        Assert.Equal(TransportResult.Of(3), stream.TryReceive(new byte[8]));
        Assert.Equal(TransportResult.Of(0), stream.TryReceive(new byte[8]));
    }

    // A Unix socket's close with unread bytes is an error, too: a send leaves it, a question takes it.
    [Theory]
    [Engines("send")]
    [Engines("send of pieces")]
    [Engines("whole send")]
    [Engines("first send")]
    [Engines("question")]
    [Engines("look")]
    [Engines("receive")]
    public async Task TryReceive_UnixPeerClosedWithUnreadBytes_SaysReset(string engine, string taker)
    {
        using var pairs = new StreamPairs(engine, "unix");
        var (stream, peer) = await pairs.MakeAsync("connected");
        Assert.Equal(TransportResult.Of(3), stream.TrySend(s_some));
        peer.Dispose();
        await StreamPairs.HearsAsync(stream);

        Assert.True(await s_takers[taker](stream).Soon() is SocketError.Shutdown or SocketError.ConnectionReset);

        Assert.Equal(TransportResult.Of(SocketError.ConnectionReset), stream.TryReceive(new byte[8]));
    }

    [Fact]
    public async Task TryReceive_WriteOfANetworkStreamTookTheReset_SaysReset()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(listener.LocalEndPoint!);
        var peer = await listener.AcceptAsync();
        var stream = new StreamTransport(new NetworkStream(socket, ownsSocket: true));
        peer.LingerState = new LingerOption(true, 0);
        peer.Dispose();
        await Eventually.IsAsync(() => socket.Poll(0, SelectMode.SelectRead), "no reset has come");

        Assert.Equal(SocketError.ConnectionReset, await stream.SendAsync(s_some).Soon());
        Assert.Equal(SocketError.Success, await stream.WaitReadableAsync().Soon());

        Assert.Equal(TransportResult.Of(SocketError.ConnectionReset), stream.TryReceive(new byte[8]));
        stream.Close();
    }

    // Some waits of the managed engine are rounds of its hot queue: the first ones, and every eighth.
    private static async Task ReceiveOneAsync(TransportStream stream, Socket peer)
    {
        var waiting = stream.WaitReadableAsync().AsTask();
        peer.Send([1]);
        Assert.Equal(SocketError.Success, await waiting.Soon());
        await Eventually.IsAsync(() => stream.TryReceive(new byte[8]).Count == 1, "the byte is not here");
    }
}

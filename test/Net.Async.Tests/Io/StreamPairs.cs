using System.Net;
using System.Net.Sockets;

namespace Net.Async.Tests.Io;

/// <summary>Streams of one engine, accepted, connected or adopted, each with its peer as a bare socket.</summary>
internal sealed class StreamPairs : IDisposable
{
    private readonly List<IDisposable> _sockets = [];
    private readonly List<TransportStream> _streams = [];
    private readonly IoEngine _engine;
    private readonly bool _isTcp;

    public StreamPairs(string engine, string transport)
    {
        _engine = Engines.Get(engine);
        _isTcp = transport == "tcp";
    }

    public async Task<(TransportStream Stream, Socket Peer)> MakeAsync(string origin)
    {
        var (stream, peer) = origin == "accepted" ? await AcceptAsync() : await ConnectAsync(adopted: origin == "adopted");
        _streams.Add(stream);
        _sockets.Add(peer);
        return (stream, peer);
    }

    public void Dispose()
    {
        _streams.ForEach(static stream => stream.Reset());
        _sockets.ForEach(static socket => socket.Dispose());
    }

    /// <summary>Waits until the kernel has heard the peer's end or reset. Asking takes nothing.</summary>
    public static Task HearsAsync(TransportStream stream) => Eventually.IsAsync(() => stream.HasPeerEnded, "the peer's end is not here");

    /// <summary>The peer resets: RST, and nothing before it.</summary>
    public static async Task ResetAsync(TransportStream stream, Socket peer)
    {
        peer.LingerState = new LingerOption(true, 0);
        peer.Dispose();
        await HearsAsync(stream);
    }

    private EndPoint Anywhere() => _isTcp ? new IPEndPoint(IPAddress.Loopback, 0) : new UnixDomainSocketEndPoint("\0net-async-" + Guid.NewGuid().ToString("N"));

    private Socket New() => _isTcp
        ? new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        : new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    private async Task<(TransportStream Stream, Socket Peer)> AcceptAsync()
    {
        var listener = _engine.Bind(Anywhere(), new ListenSettings(new ConnectionOptions().ToSettings(), DualStack: false));
        listener.Start(1);
        var accepting = listener.AcceptAsync(CancellationToken.None);
        var peer = New();
        await peer.ConnectAsync(listener.LocalEndPoint);
        var stream = await accepting.Soon();
        listener.Close();
        return (stream, peer);
    }

    private async Task<(TransportStream Stream, Socket Peer)> ConnectAsync(bool adopted)
    {
        using var listener = New();
        listener.Bind(Anywhere());
        listener.Listen(1);
        if (!adopted)
            return (await _engine.ConnectAsync(listener.LocalEndPoint!, new ConnectionOptions().ToSettings(), CancellationToken.None).Soon(), await listener.AcceptAsync().Soon());
        var raw = New();
        await raw.ConnectAsync(listener.LocalEndPoint!);
        return (_engine.Adopt(raw), await listener.AcceptAsync().Soon());
    }
}

using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;

namespace Net.Async.Tests.Io;

/// <summary>An end that the kernel has known for 50 ms is told by the next read before it returns: a pool that looks so at its connections reuses no dead one.</summary>
public sealed class KnownEndTests : LeakCheck
{
    private static readonly TimeSpan s_known = TimeSpan.FromMilliseconds(50);

    /// <summary>How the reader asks. Each says whether the end was told at once, and nothing is left open.</summary>
    private static readonly Dictionary<string, Func<Connection, bool>> s_ways = new()
    {
        ["pipe"] = static connection => TellsAtOnce(connection.Input.ReadAsync().AsTask(), static read => read.IsCompleted),
        ["at least"] = static connection => TellsAtOnce(connection.Input.ReadAtLeastAsync(2).AsTask(), static read => read.IsCompleted),
        ["stream"] = static connection => TellsAtOnce(connection.AsStream().ReadAsync(new byte[8]).AsTask(), static count => count == 0),
        ["receive"] = static connection => TellsAtOnce(connection.ReceiveAsync(new byte[8]).AsTask(), static count => count == 0),
        ["receive nothing"] = static connection => TellsAtOnce(connection.ReceiveAsync(Memory<byte>.Empty).AsTask(), static count => count == 0),
        ["try"] = static connection =>
        {
            try
            {
                return connection.Input.TryRead(out var read) && read.IsCompleted;
            }
            catch (ConnectionException exception)
            {
                return exception.Error == ConnectionError.Reset;
            }
        },
    };

    [Theory]
    [Engines("tcp", "fin")]
    [Engines("tcp", "rst")]
    [Engines("unix", "fin")]
    public async Task Read_EndIsKnown_TellsItAtOnce(string engine, string transport, string end)
    {
        await using var peers = new Peers(engine, transport);
        var all = new List<(string Way, int Rounds, bool Accepted, Connection Connection, Socket Peer)>();
        foreach (var way in s_ways.Keys)
        {
            // Some waits of the managed engine are rounds of the hot queue: the first ones, and every eighth.
            for (var rounds = 0; rounds <= 17; rounds++)
            {
                var accepted = rounds % 2 == 0;
                var (connection, peer) = await peers.PairAsync(accepted);
                // What comes is there before it is asked for: no read waits, and no event is needed.
                for (var round = 0; round < rounds; round++)
                {
                    peer.Send([1]);
                    await ReadOneAsync(connection);
                }

                all.Add((way, rounds, accepted, connection, peer));
            }
        }

        await EndAndCheckAsync(all, end);
    }

    [Theory]
    [Engines("tcp", "fin")]
    [Engines("tcp", "rst")]
    [Engines("unix", "fin")]
    public async Task Read_EndIsKnownAfterReadsThatWaited_TellsItAtOnce(string engine, string transport, string end)
    {
        await using var peers = new Peers(engine, transport);
        var all = new List<(string Way, int Rounds, bool Accepted, Connection Connection, Socket Peer)>();
        foreach (var way in s_ways.Keys)
        {
            for (var rounds = 1; rounds <= 12; rounds++)
            {
                var (connection, peer) = await peers.PairAsync(rounds % 2 == 0);
                for (var round = 0; round < rounds; round++)
                {
                    var reading = ReadOneAsync(connection);
                    peer.Send([1]);
                    await reading.Soon();
                }

                all.Add((way, rounds, rounds % 2 == 0, connection, peer));
            }
        }

        await EndAndCheckAsync(all, end);
    }

    // The last bytes and the end are there together.
    [Theory]
    [Engines("tcp")]
    [Engines("unix")]
    public async Task Read_EndIsKnownBehindTheLastBytes_TellsItAtOnceAfterThem(string engine, string transport)
    {
        await using var peers = new Peers(engine, transport);
        var all = new List<(string Way, int Rounds, bool Accepted, Connection Connection, Socket Peer)>();
        foreach (var way in s_ways.Keys)
        {
            for (var rounds = 0; rounds <= 9; rounds++)
            {
                var (connection, peer) = await peers.PairAsync(rounds % 2 == 0);
                for (var round = 0; round < rounds; round++)
                {
                    peer.Send([1]);
                    await ReadOneAsync(connection);
                }

                peer.Send([1]);
                peer.Shutdown(SocketShutdown.Send);
                all.Add((way, rounds, rounds % 2 == 0, connection, peer));
            }
        }

        await Task.Delay(s_known);
        var late = new List<string>();
        foreach (var (way, rounds, accepted, connection, peer) in all)
        {
            await ReadOneAsync(connection);
            if (!s_ways[way](connection))
                late.Add($"{way} after {rounds} rounds{(accepted ? ", accepted" : "")}");
            await CloseAsync(connection, peer);
        }

        Assert.Empty(late);
    }

    [Theory]
    [Engines("fin")]
    [Engines("rst")]
    public async Task Read_AdoptedSocketWhoseEndIsKnown_TellsItAtOnce(string engine, string end)
    {
        await using var peers = new Peers(engine, "tcp");
        var all = new List<(string Way, int Rounds, bool Accepted, Connection Connection, Socket Peer)>();
        foreach (var way in s_ways.Keys)
        {
            var (raw, peer) = peers.RawPair();
            var connection = Connection.FromHandle(raw.SafeHandle, Engines.On(engine));
            peer.Send([1]);
            await ReadOneAsync(connection);
            all.Add((way, 1, false, connection, peer));
        }

        await EndAndCheckAsync(all, end);
    }

    // A receive that is called off has looked, and waits nowhere.
    [Theory]
    [Engines("fin")]
    [Engines("rst")]
    public async Task Read_ReceiveWasCancelledBefore_TellsAKnownEndAtOnce(string engine, string end)
    {
        await using var peers = new Peers(engine, "tcp");
        var all = new List<(string Way, int Rounds, bool Accepted, Connection Connection, Socket Peer)>();
        foreach (var way in s_ways.Keys)
        {
            var (connection, peer) = await peers.PairAsync(accepted: false);
            peer.Send([1]);
            await ReadOneAsync(connection);
            connection.Input.CancelPendingRead();
            await Assert.ThrowsAsync<OperationCanceledException>(() => connection.ReceiveAsync(new byte[1]).AsTask());
            using var cancel = new CancellationTokenSource();
            if (way.StartsWith("receive", StringComparison.Ordinal))
            {
                var reading = connection.ReceiveAsync(new byte[1], cancel.Token).AsTask();
                await cancel.CancelAsync();
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
            }

            all.Add((way, 1, false, connection, peer));
        }

        await EndAndCheckAsync(all, end);
    }

    [Theory]
    [Engines("tcp")]
    [Engines("unix")]
    public async Task PeerClosed_AskedForBefore_ReadTellsAKnownEndAtOnce(string engine, string transport)
    {
        await using var peers = new Peers(engine, transport);
        var all = new List<(string Way, int Rounds, bool Accepted, Connection Connection, Socket Peer)>();
        foreach (var way in s_ways.Keys)
        {
            var (connection, peer) = await peers.PairAsync(accepted: false);
            _ = connection.PeerClosed;
            peer.Send([1]);
            await ReadOneAsync(connection);
            all.Add((way, 1, false, connection, peer));
        }

        await EndAndCheckAsync(all, "fin");
    }

    // A pool that has lost many connections looks at them one after the other, in one turn of a loop, and the bound on a turn must not hide an end.
    [Theory]
    [Engines("tcp", "fin")]
    [Engines("tcp", "rst")]
    [Engines("unix", "fin")]
    public async Task Read_ManyKnownEndsInOneTurn_EachIsToldAtOnce(string engine, string transport, string end)
    {
        await using var peers = new Peers(engine, transport);
        var all = new List<(Connection Connection, Socket Peer)>();
        for (var i = 0; i < 60; i++)
            all.Add(await peers.PairAsync(accepted: i % 2 == 0));
        foreach (var (_, peer) in all)
            End(peer, end);
        await Task.Delay(s_known);
        var told = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        all[0].Connection.Run(new Work(() => told.SetResult(all.Count(static pair => s_ways["stream"](pair.Connection)))));
        Assert.Equal(all.Count, await told.Task.Soon());
        foreach (var (connection, peer) in all)
            await CloseAsync(connection, peer);
    }

    private static async Task EndAndCheckAsync(List<(string Way, int Rounds, bool Accepted, Connection Connection, Socket Peer)> all, string end)
    {
        foreach (var (_, _, _, _, peer) in all)
            End(peer, end);
        await Task.Delay(s_known);
        var late = new List<string>();
        foreach (var (way, rounds, accepted, connection, peer) in all)
        {
            if (!s_ways[way](connection))
                late.Add($"{way} after {rounds} rounds{(accepted ? ", accepted" : "")}");
            await CloseAsync(connection, peer);
        }

        Assert.Empty(late);
    }

    private static void End(Socket peer, string end)
    {
        if (end == "rst")
        {
            peer.LingerState = new LingerOption(true, 0);
            peer.Dispose();
        }
        else
        {
            peer.Shutdown(SocketShutdown.Send);
        }
    }

    private static bool TellsAtOnce<T>(Task<T> read, Func<T, bool> isEnd) => read.IsCompletedSuccessfully ? isEnd(read.Result)
        : read.IsFaulted && (read.Exception.InnerException as ConnectionException)?.Error == ConnectionError.Reset;

    private static async Task ReadOneAsync(Connection connection)
    {
        var read = await connection.Input.ReadAsync();
        Assert.Equal(1, read.Buffer.Length);
        connection.Input.AdvanceTo(read.Buffer.End);
    }

    private static async Task CloseAsync(Connection connection, Socket peer)
    {
        peer.Dispose();
        connection.Abort();
        connection.Input.Complete();
        await connection.DisposeAsync();
    }

    /// <summary>Connections of one engine, and their peers as bare sockets.</summary>
    private sealed class Peers : IAsyncDisposable
    {
        private readonly Socket _listener;
        private readonly Server _server;
        private readonly HappyEyeballsConnector _connector;

        public Peers(string engine, string transport)
        {
            _listener = New(transport);
            _listener.Bind(transport == "tcp" ? new IPEndPoint(IPAddress.Loopback, 0) : Abstract());
            _listener.Listen(64);
            _server = Server.Listen(transport == "tcp" ? NetEndPoint.Loopback(0) : Abstract(), Engines.Serving(engine));
            _connector = new HappyEyeballsConnector(Engines.Connecting(engine));
        }

        public async Task<(Connection Connection, Socket Peer)> PairAsync(bool accepted)
        {
            if (!accepted)
            {
                var connection = await _connector.ConnectAsync(_listener.LocalEndPoint!).Soon();
                return (connection, await _listener.AcceptAsync().Soon());
            }

            var peer = new Socket(_listener.AddressFamily, SocketType.Stream, _listener.ProtocolType);
            var accepting = _server.AcceptAsync();
            await peer.ConnectAsync(_server.LocalEndPoint);
            return (await accepting.Soon(), peer);
        }

        public (Socket Raw, Socket Peer) RawPair()
        {
            var raw = new Socket(_listener.AddressFamily, SocketType.Stream, _listener.ProtocolType);
            raw.Connect(_listener.LocalEndPoint!);
            return (raw, _listener.Accept());
        }

        public async ValueTask DisposeAsync()
        {
            _listener.Dispose();
            await _server.DisposeAsync();
        }

        private static Socket New(string transport) => transport == "tcp"
            ? new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
            : new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

        private static UnixDomainSocketEndPoint Abstract() => new("\0net-async-" + Guid.NewGuid().ToString("N"));
    }
}

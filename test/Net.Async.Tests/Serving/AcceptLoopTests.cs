using System.Net;
using System.Net.Sockets;
using Net.Async.Tests.Connections;

namespace Net.Async.Tests.Serving;

/// <summary>Accepting at several addresses when one of them has trouble.</summary>
public class AcceptLoopTests : LeakCheck
{
    [Fact]
    public async Task AcceptAsync_ShortageAtOneAddress_TheOtherServesMeanwhile()
    {
        var shortOfAll = new ScriptedListener([.. Enumerable.Repeat(SocketError.TooManyOpenSockets, 1000)]);
        var well = IoEngine.Default.Bind(NetEndPoint.Loopback(0), new ServerOptions().ToListenSettings());
        await using var server = new Server([shortOfAll, well], new ServerOptions { MaxConnections = 1, Limits = { FullMode = ServerFullMode.Wait } });
        server.Start();
        await AcceptThreeAsync(server, well.LocalEndPoint);
    }

    [Fact]
    public async Task AcceptAsync_OneAddressFailsForGood_TheServerEndsAndSaysWhy()
    {
        var broken = new ScriptedListener(SocketError.Fault);
        var well = IoEngine.Default.Bind(NetEndPoint.Loopback(0), new ServerOptions().ToListenSettings());
        await using var server = new Server([well, broken], new ServerOptions());
        server.Start();
        var exception = await Assert.ThrowsAsync<ConnectionException>(async () => await server.AcceptAsync().Soon());
        Assert.Equal(broken.LocalEndPoint, exception.EndPoint);
        Assert.False(server.IsListening);
        Assert.Equal(ConnectionError.Refused, (await Assert.ThrowsAsync<ConnectionException>(() => Connection.ConnectAsync(well.LocalEndPoint))).Error);
    }

    [Fact]
    public async Task AcceptAsync_AnAcceptFailsWhenItIsCalledOff_TheNextAcceptBeginsAnew()
    {
        var well = IoEngine.Default.Bind(NetEndPoint.Loopback(0), new ServerOptions().ToListenSettings());
        await using var server = new Server([new FailsWhenCalledOff(), well], new ServerOptions { MaxConnections = 1, Limits = { FullMode = ServerFullMode.Wait } });
        server.Start();
        await AcceptThreeAsync(server, well.LocalEndPoint);
    }

    [Fact]
    public async Task AcceptAsync_FullAndWait_CallsOffTheAcceptsAtTheOthers()
    {
        var other = new ScriptedListener();
        var well = IoEngine.Default.Bind(NetEndPoint.Loopback(0), new ServerOptions().ToListenSettings());
        await using var server = new Server([other, well], new ServerOptions { MaxConnections = 1, Limits = { FullMode = ServerFullMode.Wait } });
        server.Start();
        var accepting = server.AcceptAsync();
        await other.Waiting.Soon();
        Assert.False(other.CalledOff.IsCompleted);
        await using var client = await Connection.ConnectAsync(well.LocalEndPoint);
        await using var accepted = await accepting.Soon();
        var waiting = server.AcceptAsync().AsTask();
        await other.CalledOff.Soon();
        await server.StopAsync(TimeSpan.Zero).Soon();
        await Assert.ThrowsAsync<ConnectionException>(() => waiting.Soon());
    }

    [Fact]
    public async Task AcceptAsync_WithdrawnAtBoth_BothAcceptAgain()
    {
        EndPoint[] ends = [NetEndPoint.Loopback(0), new NamedPipeEndPoint("net-async-" + Guid.NewGuid().ToString("N"))];
        await using var server = Server.Listen(ends, new ServerOptions { Limits = { FullMode = ServerFullMode.Wait } });
        foreach (var end in server.LocalEndPoints)
        {
            var accepting = server.AcceptAsync();
            server.MaxConnections = 0;
            server.MaxConnections = 1;
            await using var client = await Connection.ConnectAsync(end);
            await using var accepted = await accepting.Soon();
            Assert.Equal(end, accepted.LocalEndPoint);
        }
    }

    [Fact]
    public async Task AcceptAsync_TransportOfADeniedClientThrows_TheNextOneIsServed()
    {
        var broken = new HookedStream { OnAskRemote = static () => throw new ObjectDisposedException("socket"), OnClose = static () => throw new ObjectDisposedException("socket") };
        var well = new HookedStream { OnAskRemote = static () => NetEndPoint.Parse("1.1.1.1:80") };
        await using var server = Server.Listen(new QueueListener(broken, well), new ServerOptions { Policy = ConnectionPolicy.PublicInternet });

        await using var accepted = await server.AcceptAsync().Soon();

        Assert.Equal(well.RemoteEndPoint, accepted.RemoteEndPoint);
        Assert.Equal(1, server.Denied);
        accepted.Abort();
    }

    [Fact]
    public async Task RunAsync_EachClientIsWaitedFor_StaysOnTheThreadThatBringsThem()
    {
        var listener = new HandingListener();
        await using var server = Server.Listen(listener, new ServerOptions { Policy = new DenyAll() });
        var serving = server.ServeAsync(static (_, _) => Task.CompletedTask);
        await Eventually.IsAsync(() => listener.Accepts == 1, "the loop has not asked for a client");

        // A hop to the pool costs more than a client: its thread looks for more work for a while.
        await Task.Run(() =>
        {
            for (var i = 2; i < 300; i++)
            {
                listener.Hand(new HookedStream());
                Assert.Equal((i, Environment.CurrentManagedThreadId), (listener.Accepts, listener.LastThread));
            }
        });

        await server.StopAsync(TimeSpan.Zero).Soon();
        await serving.Soon();
    }

    private sealed class DenyAll : ConnectionPolicy
    {
        public override PolicyDecision Evaluate(in ConnectionCandidate candidate) => PolicyDecision.Deny();
    }

    /// <summary>A listener whose clients the test hands over, on its own stack.</summary>
    private sealed class HandingListener : TransportListener
    {
        private TaskCompletionSource<TransportStream> _next = new();

        public int Accepts { get; private set; }

        public int LastThread { get; private set; }

        public override EndPoint LocalEndPoint { get; } = new IPEndPoint(IPAddress.Loopback, 7);

        public override void Start(int backlog)
        {
        }

        public void Hand(TransportStream stream) => _next.SetResult(stream);

        public override ValueTask<TransportStream> AcceptAsync(CancellationToken cancellationToken)
        {
            _next = new();
            (Accepts, LastThread) = (Accepts + 1, Environment.CurrentManagedThreadId);
            return new(_next.Task);
        }

        public override void Close() => _next.TrySetException(new SocketException((int)SocketError.OperationAborted));
    }

    private static async Task AcceptThreeAsync(Server server, EndPoint endPoint)
    {
        for (var i = 0; i < 3; i++)
        {
            var accepting = server.AcceptAsync();
            await using var client = await Connection.ConnectAsync(endPoint);
            await (await accepting.Soon()).DisposeAsync();
        }
    }

    private sealed class QueueListener(params TransportStream[] streams) : TransportListener
    {
        private int _next;

        public override EndPoint LocalEndPoint { get; } = new IPEndPoint(IPAddress.Loopback, 7);

        public override void Start(int backlog)
        {
        }

        public override ValueTask<TransportStream> AcceptAsync(CancellationToken cancellationToken) => new(streams[_next++]);

        public override void Close()
        {
        }
    }

    private sealed class FailsWhenCalledOff : TransportListener
    {
        public override EndPoint LocalEndPoint { get; } = new IPEndPoint(IPAddress.Loopback, 7);

        public override void Start(int backlog)
        {
        }

        public override async ValueTask<TransportStream> AcceptAsync(CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken).ContinueWith(static _ => { }, TaskScheduler.Default);
            throw new SocketException((int)SocketError.TooManyOpenSockets);
        }

        public override void Close()
        {
        }
    }
}

using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;

namespace Net.Async.Tests.Io;

/// <summary>A Unix listener whose queue is full: a connect waits for room within its limits, as TCP's does.</summary>
public sealed class UnixConnectTests : LeakCheck, IDisposable
{
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly List<Socket> _fill = [];

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _listener.Bind(new UnixDomainSocketEndPoint("\0net-async-" + Guid.NewGuid().ToString("N")));
        _listener.Listen(0);
    }

    public override async Task DisposeAsync()
    {
        Dispose();
        _fill.ForEach(static socket => socket.Dispose());
        await base.DisposeAsync();
    }

    public void Dispose() => _listener.Dispose();

    [LinuxTheory]
    [Engines]
    public async Task ConnectAsync_QueueIsFull_WaitsUntilThereIsRoom(string engine)
    {
        FillQueue();
        var connecting = new HappyEyeballsConnector(Engines.Connecting(engine)).ConnectAsync(_listener.LocalEndPoint!);
        // Longer than every pause between two tries.
        await Task.Delay(100);
        Assert.False(connecting.IsCompleted, $"{connecting.Exception?.InnerException}");
        using var first = await _listener.AcceptAsync().Soon();
        await using var connection = await connecting.Soon();
        using var peer = await _listener.AcceptAsync().Soon();
        await connection.Output.WriteAsync(new byte[] { 1 });
        Assert.Equal(1, peer.Receive(new byte[2]));
    }

    [LinuxTheory]
    [Engines]
    public async Task ConnectAsync_QueueStaysFull_EndsWithTheTimeLimit(string engine)
    {
        FillQueue();
        var connector = new HappyEyeballsConnector(Engines.Connecting(engine) with { ConnectTimeout = TimeSpan.FromMilliseconds(150) });
        Assert.Equal(ConnectionError.TimedOut, (await Assert.ThrowsAsync<ConnectionException>(() => connector.ConnectAsync(_listener.LocalEndPoint!).Soon())).Error);
    }

    [LinuxTheory]
    [Engines]
    public async Task ConnectAsync_CancelledWhileTheQueueIsFull_ThrowsTheCallersCancellationAndOthersGoOn(string engine)
    {
        FillQueue();
        var connector = new HappyEyeballsConnector(Engines.Connecting(engine));
        using var cancel = new CancellationTokenSource();
        Task<Connection>[] cancelled = [connector.ConnectAsync(_listener.LocalEndPoint!, cancel.Token), connector.ConnectAsync(_listener.LocalEndPoint!, cancel.Token)];
        var patient = connector.ConnectAsync(_listener.LocalEndPoint!);
        await cancel.CancelAsync();
        foreach (var connecting in cancelled)
            Assert.Equal(cancel.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.Soon())).CancellationToken);
        using var first = await _listener.AcceptAsync().Soon();
        await using var connection = await patient.Soon();
        using var peer = await _listener.AcceptAsync().Soon();
    }

    // The kernel would wake blocking connects in this order; one that comes later must not be served before.
    [LinuxTheory]
    [Engines]
    public async Task ConnectAsync_SeveralWaitForRoom_AreServedInTheirOrder(string engine)
    {
        const int Count = 12;
        FillQueue();
        var connector = new HappyEyeballsConnector(Engines.Connecting(engine));
        var connecting = new List<Task<Connection>>();
        for (var i = 0; i < Count; i++)
        {
            connecting.Add(connector.ConnectAsync(_listener.LocalEndPoint!));
            // Late enough for the earlier ones to have long pauses.
            if (i == Count / 2)
                await Task.Delay(200);
        }

        (await _listener.AcceptAsync().Soon()).Dispose();
        for (var i = 0; i < Count; i++)
        {
            await using var connection = await connecting[i].Soon();
            Assert.All(connecting.Skip(i + 2), static later => Assert.False(later.IsCompleted));
            (await _listener.AcceptAsync().Soon()).Dispose();
        }
    }

    [LinuxTheory]
    [Engines]
    public async Task ConnectAsync_QueueIsFull_TriesAgainByTheClockOfTheOptions(string engine)
    {
        FillQueue();
        var time = new FakeTimeProvider();
        var options = Engines.Connecting(engine);
        var connecting = new HappyEyeballsConnector(options with { Connection = options.Connection with { TimeProvider = time } }).ConnectAsync(_listener.LocalEndPoint!);
        (await _listener.AcceptAsync().Soon()).Dispose();
        await Task.Delay(100);
        Assert.False(connecting.IsCompleted);
        await Eventually.IsAsync(() =>
        {
            time.Advance(TimeSpan.FromMilliseconds(1));
            return connecting.IsCompleted;
        }, "connected by the clock");
        await (await connecting).DisposeAsync();
    }

    [LinuxTheory]
    [Engines]
    public async Task BoundSocketConnectAsync_QueueIsFull_WaitsUntilThereIsRoom(string engine)
    {
        FillQueue();
        using var bound = BoundSocket.Bind(new UnixDomainSocketEndPoint("\0net-async-" + Guid.NewGuid().ToString("N")));
        var connecting = bound.ConnectAsync(_listener.LocalEndPoint!, Engines.On(engine));
        await Task.Delay(100);
        Assert.False(connecting.IsCompleted, $"{connecting.Exception?.InnerException}");
        (await _listener.AcceptAsync().Soon()).Dispose();
        await using var connection = await connecting.Soon();
        Assert.Equal(bound.LocalEndPoint, connection.LocalEndPoint);
    }

    [LinuxTheory]
    [Engines]
    public async Task ConnectAsync_NothingListens_FailsAtOnce(string engine)
    {
        var connector = new HappyEyeballsConnector(Engines.Connecting(engine));
        _listener.Dispose();
        var gone = new UnixDomainSocketEndPoint("\0net-async-" + Guid.NewGuid().ToString("N"));
        Assert.Equal(ConnectionError.Refused, (await Assert.ThrowsAsync<ConnectionException>(() => connector.ConnectAsync(gone).Soon())).Error);
        var missing = new UnixDomainSocketEndPoint(Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N")));
        Assert.Equal(ConnectionError.PathNotFound, (await Assert.ThrowsAsync<ConnectionException>(() => connector.ConnectAsync(missing).Soon())).Error);
    }

    private void FillQueue()
    {
        while (true)
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false };
            try
            {
                socket.Connect(_listener.LocalEndPoint!);
                _fill.Add(socket);
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.WouldBlock)
            {
                socket.Dispose();
                return;
            }
        }
    }
}

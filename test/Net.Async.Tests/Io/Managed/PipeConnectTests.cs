using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;

namespace Net.Async.Tests.Io.Managed;

/// <summary>Connecting to a pipe on Linux whose server's queue is full: it waits within its limits, and holds no thread.</summary>
public sealed class PipeConnectTests : LeakCheck, IDisposable
{
    private readonly NamedPipeEndPoint _pipe = new("net-async-test-" + Guid.NewGuid().ToString("N")[..12]);
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Socket _fill = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _listener.Bind(new UnixDomainSocketEndPoint(Path.Combine(Path.GetTempPath(), "CoreFxPipe_" + _pipe.PipeName)));
        _listener.Listen(0);
        _fill.Connect(_listener.LocalEndPoint!);
    }

    public override async Task DisposeAsync()
    {
        Dispose();
        await base.DisposeAsync();
    }

    public void Dispose()
    {
        _listener.Dispose();
        _fill.Dispose();
    }

    [LinuxFact]
    public async Task ConnectAsync_QueueIsFull_WaitsUntilThereIsRoom()
    {
        var connecting = Connection.ConnectAsync(_pipe);
        await Task.Delay(100);
        Assert.False(connecting.IsCompleted);
        (await _listener.AcceptAsync().Soon()).Dispose();
        await using var connection = await connecting.Soon();
        using var peer = await _listener.AcceptAsync().Soon();
        await connection.Output.WriteAsync(new byte[] { 1 });
        Assert.Equal(1, peer.Receive(new byte[2]));
    }

    [LinuxFact]
    public async Task ConnectAsync_QueueStaysFull_EndsWithTheTimeLimitOrTheCaller()
    {
        var connector = new HappyEyeballsConnector(new HappyEyeballsOptions { ConnectTimeout = TimeSpan.FromMilliseconds(150) });
        Assert.Equal(ConnectionError.TimedOut, (await Assert.ThrowsAsync<ConnectionException>(() => connector.ConnectAsync(_pipe).Soon())).Error);
        using var cancel = new CancellationTokenSource();
        var connecting = Connection.ConnectAsync(_pipe, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.Soon());
    }

    [LinuxFact]
    public async Task ConnectAsync_QueueIsFull_TriesAgainByTheClockOfTheOptions()
    {
        var time = new FakeTimeProvider();
        var connecting = Connection.ConnectAsync(_pipe, new ConnectionOptions { TimeProvider = time });
        (await _listener.AcceptAsync().Soon()).Dispose();
        await Eventually.IsAsync(() =>
        {
            time.Advance(TimeSpan.FromMilliseconds(1));
            return connecting.IsCompleted;
        }, "connected by the clock");
        // An orderly close would wait by the same clock.
        (await connecting).Abort();
    }

    [LinuxFact]
    public async Task ConnectAsync_NoServer_IsRefused()
    {
        _listener.Dispose();
        Assert.Equal(ConnectionError.Refused, (await Assert.ThrowsAsync<ConnectionException>(() => Connection.ConnectAsync(_pipe).Soon())).Error);
    }
}

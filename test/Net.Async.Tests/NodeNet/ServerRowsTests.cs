using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using System.Net;
using System.Net.Sockets;
using Net.Async.Tests.Contract;

namespace Net.Async.Tests.NodeNet;

/// <summary>Rows of Node's <c>net.Server</c>: listening, its limits, its end.</summary>
public class ServerRowsTests : LeakCheck
{
    [Fact]
    public async Task Listen_EveryForm_ServesAClient()
    {
        var path = Path.Combine(Path.GetTempPath(), $"net-async-{Guid.NewGuid():N}"[..40]);
        Func<Task<Server>>[] forms =
        [
            () => Task.FromResult(Server.Listen(0)),
            () => Task.FromResult(Server.Listen("127.0.0.1:0")),
            () => Task.FromResult(Server.Listen("[::1]:0")),
            () => Task.FromResult(Server.Listen("0")),
            () => Task.FromResult(Server.Listen(NetEndPoint.Any(0))),
            () => Task.FromResult(Server.Listen("unix:" + path)),
            () => Task.FromResult(Server.Listen(new UnixDomainSocketEndPoint(path))),
            () => Task.FromResult(Server.Listen("pipe:" + Path.GetFileName(path))),
            () => Server.ListenAsync("localhost:0"),
            () => Server.ListenAsync(new DnsEndPoint("localhost", 0)),
        ];
        foreach (var form in forms)
        {
            await using var server = await form().Soon();
            Assert.True(server.IsListening);
            var accepting = server.AcceptAsync();
            var end = server.LocalEndPoint is IPEndPoint { Address: var address, Port: var port } && address.Equals(IPAddress.IPv6Any)
                ? NetEndPoint.Loopback(port) : server.LocalEndPoint;
            await using var client = await Connection.ConnectAsync(end).Soon();
            await using var accepted = await accepting.Soon();
            await client.WriteAsync("hello\n").Soon();
            Assert.Equal("hello", await accepted.ReadLineAsync().Soon());
        }
    }

    [Fact]
    public async Task Listen_Port_IsLoopbackUnlessAskedOtherwise()
    {
        await using var server = Server.Listen(0);
        Assert.Equal(IPAddress.Loopback, ((IPEndPoint)server.LocalEndPoint).Address);
        Assert.Equal(ConnectionError.Refused, (await Assert.ThrowsAsync<ConnectionException>(() => Connection.ConnectAsync(new IPEndPoint(IPAddress.IPv6Loopback, server.Port())))).Error);
    }

    [LinuxFact]
    public async Task Backlog_Full_FurtherClientsWaitUntilThereIsRoom()
    {
        Assert.Equal(511, new ServerOptions().Listener.Backlog);
        await using var server = Server.Listen(0, new ServerOptions { Listener = { Backlog = 1 } });
        // A queue of one holds two (listen(2) on Linux); the kernel leaves others without an answer.
        await using var first = await Connection.ConnectAsync(server.LocalEndPoint).Soon();
        await using var second = await Connection.ConnectAsync(server.LocalEndPoint).Soon();
        var third = Connection.ConnectAsync(server.LocalEndPoint);
        await using var other = Server.Listen(0);
        await using var afterwards = await Connection.ConnectAsync(other.LocalEndPoint).Soon();
        Assert.False(third.IsCompleted);
        for (var i = 0; i < 3; i++)
            await (await server.AcceptAsync().Soon()).DisposeAsync();
        await (await third.Soon()).DisposeAsync();
    }

    [Fact]
    public async Task AcceptAsync_NotCalled_NothingIsMadeForAClient()
    {
        await using var server = Server.Listen(0);
        await using var client = await Connection.ConnectAsync(server.LocalEndPoint).Soon();
        await client.WriteAsync("early").Soon();
        Assert.Equal(0, server.ConnectionCount);
        await using var accepted = await server.AcceptAsync().Soon();
        Assert.Equal((1, 0), (server.ConnectionCount, accepted.BytesRead));
        Assert.Same(accepted, Assert.Single(server.Connections));
        Assert.Equal("early"u8.ToArray(), await accepted.Input.ReadExactlyAsync(5));
        accepted.Abort();
        Assert.Equal(0, server.ConnectionCount);
    }

    [Fact]
    public async Task StopAsync_AgainOrNeverStarted_IsNoError()
    {
        var server = Server.Listen(0);
        var local = server.LocalEndPoint;
        Assert.Equal(new StopResult { Finished = 0, Aborted = 0 }, await server.StopAsync().Soon());
        Assert.Equal(new StopResult { Finished = 0, Aborted = 0 }, await server.StopAsync().Soon());
        await server.DisposeAsync().Soon();
        Assert.False(server.IsListening);
        Assert.Equal(local, server.LocalEndPoint);
        Assert.Equal(new StopResult { Finished = 0, Aborted = 0 }, await Server.Bind(NetEndPoint.Loopback(0)).StopAsync().Soon());
    }

    [Fact]
    public async Task StopAsync_ConnectionsGoOn_EndsWithTheLast()
    {
        var server = Server.Listen(0);
        await using var client = await Connection.ConnectAsync(server.LocalEndPoint).Soon();
        await using var accepted = await server.AcceptAsync().Soon();
        var stopping = server.StopAsync(Timeout.InfiniteTimeSpan);
        await client.WriteAsync("still\n").Soon();
        Assert.Equal("still", await accepted.ReadLineAsync().Soon());
        Assert.False(stopping.IsCompleted);
        await accepted.CloseAsync().Soon();
        Assert.Equal(new StopResult { Finished = 1, Aborted = 0 }, await stopping.Soon());
    }

    [Fact]
    public async Task DisposeAsync_IdleClient_EndsAtTheStopTimeout()
    {
        var server = Server.Listen(0, new ServerOptions { Stop = { Timeout = TimeSpan.FromMilliseconds(50) } });
        await using var client = await Connection.ConnectAsync(server.LocalEndPoint).Soon();
        await using var accepted = await server.AcceptAsync().Soon();
        await server.DisposeAsync().Soon();
        Assert.Equal(ConnectionError.Aborted, accepted.CloseReason!.Error);
    }

    [Fact]
    public async Task PeerEnds_NobodyReadsAndHalfOpenIsOff_TheConnectionEndsAndTheStopIsClean()
    {
        var options = new ConnectionOptions { Close = { AllowHalfOpen = false } };
        var server = Server.Listen(0, new ServerOptions { Connection = options });
        var client = await Connection.ConnectAsync(server.LocalEndPoint).Soon();
        await using var accepted = await server.AcceptAsync().Soon();
        await client.DisposeAsync().Soon();
        await Eventually.IsAsync(() => server.ConnectionCount == 0, "still counted");
        Assert.Equal(new StopResult { Finished = 0, Aborted = 0 }, await server.StopAsync().Soon());
    }

    [Fact]
    public async Task ListenAndStop_AreToldToTheEventSource()
    {
        using var told = new Told();
        var server = Server.Listen(0);
        await server.DisposeAsync();
        var where = NetEndPoint.Format(server.LocalEndPoint);
        Assert.Equal([1, 2], told.Events.Where(e => e.Where == where).Select(e => e.Id));
    }

    private sealed class Told : EventListener
    {
        public ConcurrentQueue<(int Id, string? Where)> Events { get; } = new();

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == DiagnosticNames.EventSource)
                EnableEvents(eventSource, EventLevel.Informational);
        }

        // May be called before the constructor is through.
        protected override void OnEventWritten(EventWrittenEventArgs eventData) => Events?.Enqueue((eventData.EventId, eventData.Payload?[0] as string));
    }
}

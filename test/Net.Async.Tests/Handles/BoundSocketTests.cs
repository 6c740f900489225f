using System.Net;
using System.Net.Sockets;

namespace Net.Async.Tests;

public class BoundSocketTests : LeakCheck
{
    [Fact]
    public async Task Listen_BoundPort_ServesThereAndRefusedBefore()
    {
        var bound = BoundSocket.Bind(NetEndPoint.Loopback(0));
        var end = (IPEndPoint)bound.LocalEndPoint;
        Assert.NotEqual(0, end.Port);
        Assert.False(bound.SafeHandle.IsClosed);
        Assert.Equal(ConnectionError.Refused, (await Assert.ThrowsAsync<ConnectionException>(() => Connection.ConnectAsync(end).Soon())).Error);

        await using var server = bound.Listen(new ServerOptions { Listener = { Backlog = 1 } });

        Assert.Equal(end, server.LocalEndPoint);
        await using var client = await Connection.ConnectAsync(end).Soon();
        await using var accepted = await server.AcceptAsync().Soon();
        bound.Dispose();
        Assert.Throws<InvalidOperationException>(() => bound.Listen());
        Assert.Throws<InvalidOperationException>(() => bound.SafeHandle);
        await Assert.ThrowsAsync<InvalidOperationException>(() => bound.ConnectAsync(end));
        Assert.Equal(end, bound.LocalEndPoint);
    }

    [Fact]
    public async Task ConnectAsync_BoundPort_ComesFromThere()
    {
        await using var server = Server.Listen(0);
        using var bound = BoundSocket.Bind(NetEndPoint.Loopback(0));

        await using var connection = await bound.ConnectAsync(server.LocalEndPoint).Soon();

        await using var accepted = await server.AcceptAsync().Soon();
        Assert.Equal(bound.LocalEndPoint, connection.LocalEndPoint);
        Assert.Equal(bound.LocalEndPoint, accepted.RemoteEndPoint);
        Assert.Throws<InvalidOperationException>(() => bound.Listen());
    }

    [Fact]
    public async Task ConnectAsync_NobodyThere_HasUsedTheSocketUpAndFreedIt()
    {
        using var bound = BoundSocket.Bind(NetEndPoint.Loopback(0));
        using var free = BoundSocket.Bind(NetEndPoint.Loopback(0));

        Assert.Equal(ConnectionError.Refused, (await Assert.ThrowsAsync<ConnectionException>(() => bound.ConnectAsync(free.LocalEndPoint).Soon())).Error);

        await Assert.ThrowsAsync<InvalidOperationException>(() => bound.ConnectAsync(free.LocalEndPoint));
        await using var server = Server.Listen(bound.LocalEndPoint);
    }

    [Fact]
    public async Task ConnectAsync_BadArguments_ThrowsAndIsStillBound()
    {
        using var bound = BoundSocket.Bind(NetEndPoint.Loopback(0));
        await Assert.ThrowsAsync<ArgumentNullException>(() => bound.ConnectAsync(null!));
        await Assert.ThrowsAsync<ArgumentException>(() => bound.ConnectAsync(new DnsEndPoint("localhost", 1)));
        await Assert.ThrowsAsync<ArgumentException>(() => bound.ConnectAsync(new IPEndPoint(IPAddress.IPv6Loopback, 1)));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bound.ConnectAsync(NetEndPoint.Loopback(1), null, new CancellationToken(canceled: true)));
        await using var server = bound.Listen();
    }

    [Fact]
    public async Task Dispose_Unused_FreesThePort()
    {
        var bound = BoundSocket.Bind(NetEndPoint.Loopback(0));
        bound.Dispose();
        bound.Dispose();
        Assert.Throws<ObjectDisposedException>(() => bound.Listen());
        await using var server = Server.Listen(bound.LocalEndPoint);
    }

    [Fact]
    public async Task Listen_AnotherListens_StaysBound()
    {
        // Two that do not listen may share a port, as everywhere on Linux.
        if (!OperatingSystem.IsLinux())
            return;
        using var bound = BoundSocket.Bind(NetEndPoint.Loopback(0));
        using var second = BoundSocket.Bind(bound.LocalEndPoint);
        var server = bound.Listen();
        Assert.Equal(ConnectionError.AddressInUse, Assert.Throws<ConnectionException>(() => second.Listen()).Error);
        await server.DisposeAsync();
        await using var after = second.Listen();
    }

    [Fact]
    public async Task Bind_UnixPath_ListensThereAndTakesTheFileAlong()
    {
        var path = Path.Combine(Path.GetTempPath(), $"net-async-{Guid.NewGuid():N}");
        using (BoundSocket.Bind(new UnixDomainSocketEndPoint(path)))
            Assert.True(File.Exists(path));
        Assert.False(File.Exists(path));
        var bound = BoundSocket.Bind(new UnixDomainSocketEndPoint(path));
        await using (var server = bound.Listen())
        {
            await using var client = await Connection.ConnectAsync("unix:" + path).Soon();
            await using var accepted = await server.AcceptAsync().Soon();
        }

        Assert.False(File.Exists(path));
    }

    [Fact]
    public void Bind_BadArguments_Throws()
    {
        Assert.Throws<ArgumentNullException>(() => BoundSocket.Bind(null!));
        Assert.Throws<ArgumentException>(() => BoundSocket.Bind(new DnsEndPoint("localhost", 0)));
        Assert.Throws<ArgumentException>(() => BoundSocket.Bind(new NamedPipeEndPoint("x")));
        Assert.Throws<ArgumentException>(() => BoundSocket.Bind(new DescriptorEndPoint(3)));
        using var listening = BoundSocket.Bind(NetEndPoint.Loopback(0));
        Assert.Equal(ConnectionError.AddressNotAvailable,
            Assert.Throws<ConnectionException>(() => BoundSocket.Bind(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 0))).Error);
    }

    [LinuxFact]
    public async Task Bind_ReusePort_ListensTwice()
    {
        var share = new BoundSocketOptions { ReusePort = true };
        using var first = BoundSocket.Bind(NetEndPoint.Loopback(0), share);
        using var second = BoundSocket.Bind(first.LocalEndPoint, share);
        await using var one = first.Listen();
        await using var two = second.Listen();
        Assert.Equal(one.LocalEndPoint, two.LocalEndPoint);
    }

    [Fact]
    public async Task Bind_IPv6Only_LeavesIPv4Alone()
    {
        using var six = BoundSocket.Bind(new IPEndPoint(IPAddress.IPv6Any, 0), new BoundSocketOptions { IPv6Only = true });
        using var four = BoundSocket.Bind(new IPEndPoint(IPAddress.Any, ((IPEndPoint)six.LocalEndPoint).Port));
        await using var one = six.Listen();
        await using var two = four.Listen();
    }
}

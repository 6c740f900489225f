using System.Net;
using System.Net.Sockets;
using Net.Async.Tests.Contract;

namespace Net.Async.Tests.Serving;

/// <summary>Several addresses as one server.</summary>
public class ServerListenSeveralTests : LeakCheck
{
    private static readonly IPEndPoint s_v4 = new(IPAddress.Loopback, 0);
    private static readonly IPEndPoint s_v6 = new(IPAddress.IPv6Loopback, 0);

    [Fact]
    public async Task Listen_BothLoopbacksWithPort0_ShareOnePort()
    {
        await using var server = Server.Listen([s_v4, s_v6]);
        Assert.Equal([new IPEndPoint(IPAddress.Loopback, server.Port()), new IPEndPoint(IPAddress.IPv6Loopback, server.Port())], server.LocalEndPoints);
        Assert.Equal(server.LocalEndPoints[0], server.LocalEndPoint);
        await ReachEachAsync(server);
    }

    [Fact]
    public async Task Listen_TcpUnixAndPipe_ServesEach()
    {
        var name = "net-async-" + Guid.NewGuid().ToString("N");
        var path = Path.Combine(Path.GetTempPath(), name);
        await using (var server = Server.Listen([s_v4, new UnixDomainSocketEndPoint(path), new NamedPipeEndPoint(name)]))
        {
            await ReachEachAsync(server);
            Assert.True(File.Exists(path));
        }

        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task Listen_OneAddressTaken_BindsNone()
    {
        var path = Path.Combine(Path.GetTempPath(), "net-async-" + Guid.NewGuid().ToString("N"));
        await using var other = Server.Listen(s_v6);
        var free = Server.Listen(s_v4);
        await free.DisposeAsync();
        var exception = Assert.Throws<ConnectionException>(() => Server.Listen([free.LocalEndPoint, new UnixDomainSocketEndPoint(path), other.LocalEndPoint]));
        Assert.Equal((ConnectionError.AddressInUse, other.LocalEndPoint), (exception.Error, exception.EndPoint));
        Assert.False(File.Exists(path));
        await using var again = Server.Listen(free.LocalEndPoint);
    }

    [Fact]
    public void Listen_PortThatIsFreeAtTheFirstOnly_GivesUpAfterSomeTries()
    {
        // Both families' "any" takes IPv4's port for itself each time.
        var exception = Assert.Throws<ConnectionException>(() => Server.Listen([NetEndPoint.Any(0), new IPEndPoint(IPAddress.Any, 0)]));
        Assert.Equal(ConnectionError.AddressInUse, exception.Error);
    }

    [Fact]
    public async Task Bind_Several_StartsAndStopsThemTogether()
    {
        await using var server = Server.Bind([s_v4, s_v6]);
        foreach (var end in server.LocalEndPoints)
            Assert.Equal(ConnectionError.Refused, (await Assert.ThrowsAsync<ConnectionException>(() => Connection.ConnectAsync(end))).Error);
        server.Start();
        await ReachEachAsync(server);
        await server.StopAsync().Soon();
        foreach (var end in server.LocalEndPoints)
            Assert.Equal(ConnectionError.Refused, (await Assert.ThrowsAsync<ConnectionException>(() => Connection.ConnectAsync(end))).Error);
    }

    [Fact]
    public async Task ListenAsync_NamesAndAddresses_ListensOnEachOnce()
    {
        await using var port = Server.Listen(s_v4);
        await port.StopAsync().Soon();
        await using var server = await Server.ListenAsync([new DnsEndPoint("localhost", port.Port()), new DnsEndPoint("127.0.0.1", port.Port()), new DnsEndPoint("[::1]", port.Port())]).Soon();
        Assert.Equal(2, server.LocalEndPoints.Count);
        await ReachEachAsync(server);
    }

    [Fact]
    public async Task AcceptAsync_ClientsAtEach_TakesTurns()
    {
        await using var server = Server.Listen([s_v4, s_v6]);
        var clients = new List<Connection>();
        for (var i = 0; i < 10; i++)
            clients.Add(await Connection.ConnectAsync(server.LocalEndPoints[i < 5 ? 0 : 1]));
        var families = new List<AddressFamily>();
        for (var i = 0; i < 10; i++)
        {
            await using var accepted = await server.AcceptAsync().Soon();
            families.Add(accepted.RemoteEndPoint!.AddressFamily);
        }

        Assert.All(families.Chunk(2), static pair => Assert.NotEqual(pair[0], pair[1]));
        foreach (var client in clients)
            await client.DisposeAsync();
    }

    [LinuxFact]
    public async Task AcceptAsync_FullAndWait_LeavesTheClientsOfEachToTheKernel()
    {
        WatchedListener[] listeners = [.. new[] { s_v4, s_v6 }.Select(static end => new WatchedListener(IoEngine.Default.Bind(end, new ServerOptions().ToListenSettings())))];
        await using var server = new Server(listeners, new ServerOptions { MaxConnections = 1, Limits = { FullMode = ServerFullMode.Wait } });
        server.Start();
        var first = server.AcceptAsync().AsTask();
        await using var one = await Connection.ConnectAsync(server.LocalEndPoints[0]);
        var accepted = await first.Soon();
        var waiting = server.AcceptAsync().AsTask();
        // A client that comes before would still be taken ahead.
        await Eventually.IsAsync(() => listeners.All(static listener => listener.Accepts == 0), "an accept still waits");
        var before = Descriptors();
        await using var two = await Connection.ConnectAsync(server.LocalEndPoints[1]);
        await using var three = await Connection.ConnectAsync(server.LocalEndPoints[0]);
        // The clients' sides, and no other.
        await Eventually.IsAsync(() => Descriptors() == before + 2, () => $"{Descriptors() - before} more descriptors, not 2");
        server.MaxConnections = 2;
        await using var second = await waiting.Soon();
        server.MaxConnections = null;
        await (await server.AcceptAsync().Soon()).DisposeAsync();
        await accepted.DisposeAsync();
    }

    [Fact]
    public async Task Stop_ClientTakenAheadAtAnotherAddress_IsReset()
    {
        var server = Server.Listen([s_v4, s_v6]);
        var accepting = server.AcceptAsync().AsTask();
        await using var one = await Connection.ConnectAsync(server.LocalEndPoints[0]);
        var accepted = await accepting.Soon();
        // No call asks for a second one, but the accept at the other address still waits.
        await using var two = await Connection.ConnectAsync(server.LocalEndPoints[1]);
        await accepted.DisposeAsync();
        await server.StopAsync().Soon();
        await Assert.ThrowsAsync<ConnectionException>(async () => await two.Input.ReadAsync().Soon());
    }

    [Fact]
    public async Task ServeAsync_ManyClientsAtEach_ServesAll()
    {
        await using var server = Server.Listen([s_v4, s_v6]);
        var serving = server.ServeAsync(ServerTests.Echo);
        await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
        {
            await using var client = await Connection.ConnectAsync(server.LocalEndPoints[i % 2]);
            await client.Output.WriteAsync(new[] { (byte)i });
            Assert.Equal([(byte)i], await client.Input.ReadExactlyAsync(1));
        })).Soon();
        await server.StopAsync().Soon();
        await serving.Soon();
    }

    private static async Task ReachEachAsync(Server server)
    {
        foreach (var end in server.LocalEndPoints)
        {
            await using var client = await Connection.ConnectAsync(end);
            await (await server.AcceptAsync().Soon()).DisposeAsync();
        }
    }
}

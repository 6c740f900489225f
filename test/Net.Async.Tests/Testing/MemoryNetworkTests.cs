using System.Net;
using Net.Async.Testing;
using Net.Async.Tests.Contract;

namespace Net.Async.Tests.Testing;

public class MemoryNetworkTests
{
    [Fact]
    public async Task CreatePair_BothEnds_AreConnected()
    {
        var (client, server) = MemoryNetwork.CreatePair();
        await client.Output.WriteAsync("ping"u8.ToArray());
        Assert.Equal("ping"u8.ToArray(), await server.Input.ReadExactlyAsync(4));
        await server.DisposeAsync();
        Assert.Empty(await client.Input.ReadToEndAsync());
        await client.DisposeAsync();
    }

    [Fact]
    public async Task Connector_NamesAndAny_MeetTheServer()
    {
        var network = new MemoryNetwork(resolver: new ScriptedResolver().Add("example.test", IPAddress.Parse("192.0.2.1")));
        await using var server = network.Listen(new IPEndPoint(IPAddress.Any, 80));
        await using var byAddress = await network.Connector.ConnectAsync(IPEndPoint.Parse("192.0.2.7:80"));
        await using var byName = await network.Connector.ConnectAsync("example.test", 80);
        for (var i = 0; i < 2; i++)
            await (await server.AcceptAsync().Soon()).DisposeAsync();
        Assert.Equal(IPEndPoint.Parse("192.0.2.1:80"), byName.RemoteEndPoint);
    }

    [Fact]
    public async Task Connector_AnAddressGivenAsAName_IsTheAddressForBothSides()
    {
        var list = new BlockList();
        var network = new MemoryNetwork();
        await using var server = network.Listen(new IPEndPoint(IPAddress.Any, 80), new ServerOptions { Policy = list });
        await using var client = await network.Connector.ConnectAsync(new DnsEndPoint("192.0.2.1", 80));
        await using (var accepted = await server.AcceptAsync().Soon())
            Assert.Equal(IPAddress.Parse("192.0.2.1"), Assert.IsType<IPEndPoint>(accepted.RemoteEndPoint).Address);
        Assert.Equal(IPEndPoint.Parse("192.0.2.1:80"), client.RemoteEndPoint);

        list.AddAddress("192.0.2.1");
        var accepting = server.AcceptAsync();
        await using var denied = await network.Connector.ConnectAsync("192.0.2.1", 80);

        await Eventually.IsAsync(() => server.Denied == 1, "the client is denied");
        Assert.False(accepting.IsCompleted);
        await server.DisposeAsync();
        await Assert.ThrowsAsync<ConnectionException>(() => accepting.Soon());
    }

    [Fact]
    public async Task Connector_NobodyThereOrQueueFull_IsRefused()
    {
        var network = new MemoryNetwork();
        Assert.Equal(ConnectionError.Refused, (await Assert.ThrowsAsync<ConnectionException>(() => network.Connector.ConnectAsync("nowhere", 1))).Error);
        await using var server = network.Listen(NetEndPoint.Loopback(0), new ServerOptions { Listener = { Backlog = 1 } });
        await using var waits = await network.Connector.ConnectAsync(server.LocalEndPoint);
        Assert.Equal(ConnectionError.Refused, (await Assert.ThrowsAsync<ConnectionException>(() => network.Connector.ConnectAsync(server.LocalEndPoint))).Error);
    }

    [Fact]
    public async Task Listen_AddressTaken_Throws_AndIsFreeAfterTheStop()
    {
        var network = new MemoryNetwork();
        var server = network.Listen(NetEndPoint.Loopback(80));
        Assert.Equal(ConnectionError.AddressInUse, Assert.Throws<ConnectionException>(() => network.Listen(NetEndPoint.Loopback(80))).Error);
        await using var other = new MemoryNetwork().Listen(NetEndPoint.Loopback(80));
        await server.DisposeAsync();
        await using var again = network.Listen(NetEndPoint.Loopback(80));
    }
}

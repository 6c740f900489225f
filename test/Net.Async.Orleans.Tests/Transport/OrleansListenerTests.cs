using System.Net;
using Microsoft.AspNetCore.Connections;
using Orleans.Configuration;

namespace Net.Async.Tests;

/// <summary>The listeners, as Orleans uses them.</summary>
public sealed class OrleansListenerTests : LeakCheck
{
    [Fact]
    public async Task UnbindAsync_WhileAnAcceptWaits_EndsItWithNull()
    {
        await using var listener = await Factory().BindAsync(NetEndPoint.Loopback(0));
        var accepting = listener.AcceptAsync().AsTask();

        await listener.UnbindAsync().Soon();

        Assert.Null(await accepting.Soon());
        Assert.Null(await listener.AcceptAsync().Soon());
        Assert.Equal(ConnectionError.Refused, (await Assert.ThrowsAsync<ConnectionException>(() => Connection.ConnectAsync(listener.EndPoint))).Error);
    }

    // A silo that stops before its gateway has begun to accept: clients wait in the kernel, and no call takes them.
    [Fact]
    public async Task UnbindAsync_ClientsWaitAndNothingAccepts_Returns()
    {
        await using var listener = await Factory().BindAsync(NetEndPoint.Loopback(0));
        await using var client = await Connection.ConnectAsync(listener.EndPoint).Soon();

        await listener.UnbindAsync().Soon();
        await listener.DisposeAsync().Soon();

        await Eventually.FiresAsync("the client's end", client.PeerClosed);
    }

    // Orleans closes its connections only if the unbind does not throw.
    [Fact]
    public async Task UnbindAsync_TheTimeIsOver_DoesNotThrowAndEndsAllTheSame()
    {
        await using var listener = await Factory().BindAsync(NetEndPoint.Loopback(0));
        var accepting = listener.AcceptAsync().AsTask();

        await listener.UnbindAsync(new CancellationToken(canceled: true)).Soon();

        Assert.Null(await accepting.Soon());
    }

    [Fact]
    public async Task DisposeAsync_ConnectionsAreLeft_EndsWithinTheStopsTime()
    {
        var options = new OrleansSiloOptions();
        options.SiloListener.Stop.Timeout = TimeSpan.FromMilliseconds(200);
        await using var listener = await Factory(options).BindAsync(NetEndPoint.Loopback(0));
        await using var client = await Connection.ConnectAsync(listener.EndPoint).Soon();
        var context = await listener.AcceptAsync().Soon();

        await listener.DisposeAsync().Soon();

        await Eventually.FiresAsync("the connection's end", context!.ConnectionClosed);
        await context.DisposeAsync();
    }

    [Fact]
    public async Task BindAsync_AddressInUse_ThrowsTheExceptionOfTheInterface()
    {
        await using var taken = Server.Listen(0);

        var exception = await Assert.ThrowsAsync<AddressInUseException>(async () => await Factory().BindAsync(taken.LocalEndPoint));

        Assert.Contains(NetEndPoint.Format(taken.LocalEndPoint), exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BindAsync_AddressOfTheGateway_GetsItsOptions()
    {
        var options = new OrleansSiloOptions();
        options.GatewayListener.MaxConnections = 0;
        using var reserved = BoundSocket.Bind(NetEndPoint.Loopback(0));
        var gateway = (IPEndPoint)reserved.LocalEndPoint;
        reserved.Dispose();
        var factory = Factory(options, gateway);
        await using var silos = await factory.BindAsync(NetEndPoint.Loopback(0));
        await using var clients = await factory.BindAsync(gateway);

        await using var silo = await Connection.ConnectAsync(silos.EndPoint).Soon();
        await using var client = await Connection.ConnectAsync(clients.EndPoint).Soon();
        await using var context = await silos.AcceptAsync().Soon();
        var accepting = clients.AcceptAsync().AsTask();

        await Eventually.FiresAsync("the client is dropped", client.PeerClosed);
        await clients.UnbindAsync().Soon();
        Assert.Null(await accepting.Soon());
    }

    [Fact]
    public async Task DisposeAsync_OfTheFactory_StopsListenersThatOrleansHasForgotten()
    {
        var factory = Factory();
        var listener = await factory.BindAsync(NetEndPoint.Loopback(0));

        await factory.DisposeAsync().Soon();

        Assert.Null(await listener.AcceptAsync().Soon());
    }

    [Fact]
    public void Raise_BoundsOfThePipes_AreAtLeastWhatMessagesNeed()
    {
        var (small, large) = (new ConnectionOptions(), new ConnectionOptions { Buffers = { MaxUnconsumedBytes = long.MaxValue, MaxUnflushedBytes = long.MaxValue } });
        var messaging = new SiloMessagingOptions { MaxMessageHeaderSize = 1000, MaxMessageBodySize = 100 << 20 };

        MessageRoom.Raise(small, messaging);
        MessageRoom.Raise(large, messaging);

        Assert.True(small.Buffers.MaxUnconsumedBytes > 1000 + (100 << 20) && small.Buffers.MaxUnflushedBytes > 4L * (1000 + (100 << 20)));
        Assert.Equal((long.MaxValue, long.MaxValue), (large.Buffers.MaxUnconsumedBytes, large.Buffers.MaxUnflushedBytes));
    }

    private static OrleansListenerFactory Factory(OrleansSiloOptions? options = null, IPEndPoint? gateway = null) => new(
        options ?? new(),
        new SiloMessagingOptions(),
        Microsoft.Extensions.Options.Options.Create(new EndpointOptions { AdvertisedIPAddress = IPAddress.Loopback, GatewayListeningEndpoint = gateway }));
}

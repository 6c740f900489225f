using System.Net;
using System.Net.Sockets;

namespace Net.Async.Tests.Io.Binding;

public class ListenSocketTests : LeakCheck
{
    [Theory]
    [InlineData("::", true, ConnectionError.AddressFamilyNotSupported, true)]
    [InlineData("::", true, ConnectionError.AddressNotAvailable, true)]
    [InlineData("::", true, ConnectionError.AddressInUse, false)]
    [InlineData("::", true, ConnectionError.AccessDenied, false)]
    [InlineData("::", false, ConnectionError.AddressFamilyNotSupported, false)]
    [InlineData("::1", true, ConnectionError.AddressNotAvailable, false)]
    [InlineData("0.0.0.0", true, ConnectionError.AddressNotAvailable, false)]
    public void IPv4Instead_Errors_OnlyForTheAnyOfBothFamiliesWithoutIPv6(string address, bool dualStack, ConnectionError error, bool expected)
    {
        var instead = ListenSocket.IPv4Instead(new IPEndPoint(IPAddress.Parse(address), 80), dualStack, error);

        Assert.Equal(expected ? new IPEndPoint(IPAddress.Any, 80) : null, instead);
    }

    [LinuxFact]
    public async Task ReuseAddress_OldConnectionsLinger_OnAndOffMakeTheDifference()
    {
        var end = await LeaveOneInTimeWaitAsync();
        var exception = Assert.Throws<ConnectionException>(() => Server.Listen(end, new ServerOptions { Listener = { ReuseAddress = false } }));
        Assert.Equal(ConnectionError.AddressInUse, exception.Error);
        await using var server = Server.Listen(end);
        Assert.Throws<ConnectionException>(() => Server.Listen(end));
    }

    [LinuxFact]
    public async Task ReuseAddress_Off_ConnectionsAreTcpAllTheSame()
    {
        await using var server = Server.Listen(0, new ServerOptions { Listener = { ReuseAddress = false } });
        await using var client = await Connection.ConnectAsync(server.LocalEndPoint);
        await using var accepted = await server.AcceptAsync().Soon();
        Assert.Equal(client.Capabilities, accepted.Capabilities);
        Assert.Equal(ProtocolType.Tcp, accepted.Socket!.ProtocolType);
        // Nothing of the first object for the descriptor may close it.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        await using var other = await Connection.ConnectAsync(server.LocalEndPoint);
        await (await server.AcceptAsync().Soon()).DisposeAsync();
    }

    [LinuxFact]
    public async Task ReusePort_TwoServers_ShareTheClientsAndAThirdIsRefused()
    {
        var options = new ServerOptions { Listener = { ReusePort = true } };
        await using var one = Server.Listen(0, options);
        await using var two = Server.Listen(one.LocalEndPoint, options);
        Assert.Equal(ConnectionError.AddressInUse, Assert.Throws<ConnectionException>(() => Server.Listen(one.LocalEndPoint)).Error);
        var counts = new int[2];
        var serving = new[] { one, two }.Select((server, i) => server.ServeAsync((_, _) =>
        {
            Interlocked.Increment(ref counts[i]);
            return Task.CompletedTask;
        })).ToArray();
        for (var i = 0; i < 64; i++)
        {
            await using var client = await Connection.ConnectAsync(one.LocalEndPoint);
            Assert.True((await client.Input.ReadAsync().Soon()).IsCompleted);
        }

        // The kernel's hash gives all of 64 clients to one of two in one run of 2 to the 63.
        Assert.Equal(64, counts.Sum());
        Assert.All(counts, static count => Assert.NotEqual(0, count));
        await one.StopAsync().Soon();
        await two.StopAsync().Soon();
        await Task.WhenAll(serving).Soon();
    }

    [LinuxFact]
    public async Task ReusePort_OneAddressSeveralTimes_IsOneServerWithSoManyListeners()
    {
        var once = NetEndPoint.Loopback(0);
        await using var server = Server.Listen([once, once, once], new ServerOptions { Listener = { ReusePort = true } });
        var port = ((IPEndPoint)server.LocalEndPoint).Port;
        Assert.Equal(Enumerable.Repeat(server.LocalEndPoint, 3), server.LocalEndPoints);
        Assert.Equal(3, File.ReadLines("/proc/net/tcp").Count(line => line.Contains($"0100007F:{port:X4} 00000000:0000 0A", StringComparison.Ordinal)));
        var serving = server.ServeAsync(static (_, _) => Task.CompletedTask);
        for (var i = 0; i < 64; i++)
        {
            await using var client = await Connection.ConnectAsync(server.LocalEndPoint);
            Assert.True((await client.Input.ReadAsync().Soon()).IsCompleted);
        }

        await server.StopAsync().Soon();
        await serving.Soon();
    }

    [LinuxFact]
    public async Task ReusePort_OneAddressSeveralTimesToListenAsync_IsOneServerWithSoManyListeners()
    {
        var once = NetEndPoint.Loopback(0);
        await using var server = await Server.ListenAsync([once, once], new ServerOptions { Listener = { ReusePort = true } });
        Assert.Equal(2, server.LocalEndPoints.Count);
    }

    // The side that closes first keeps the port for a minute.
    private static async Task<EndPoint> LeaveOneInTimeWaitAsync()
    {
        await using var server = Server.Listen(0);
        await using var client = await Connection.ConnectAsync(server.LocalEndPoint);
        var accepted = await server.AcceptAsync().Soon();
        await accepted.Output.CompleteAsync();
        Assert.True((await client.Input.ReadAsync().Soon()).IsCompleted);
        await client.CloseAsync();
        await accepted.DisposeAsync();
        return server.LocalEndPoint;
    }
}

using System.Net;
using System.Net.Sockets;

namespace Net.Async.Tests.Io;

/// <summary>A connect that finds no free local port: a shortage that passes, and no matter of addresses.</summary>
/// <remarks>IP_LOCAL_PORT_RANGE (ip(7), Linux 6.3) leaves one port to choose from, and one connection has it. The namespace of LocalPortsNamespaceTests needs no such option.</remarks>
public sealed class LocalPortsTests : LeakCheck
{
    private const int IpLevel = 0, LocalPortRange = 51;

    [LinuxTheory]
    [Engines("127.0.0.1", false)]
    [Engines("127.0.0.1", true)]
    [Engines("::1", false)]
    [Engines("::1", true)]
    public async Task ConnectAsync_NoPortIsLeft_SaysResourceShortageAndThatPortsAreUsedUp(string engine, string address, bool fromLocalAddress)
    {
        await using var server = Server.Listen(new IPEndPoint(IPAddress.Parse(address), 0), Engines.Serving(engine));
        var connector = new HappyEyeballsConnector(OnePort(engine, IPAddress.Parse(address)) with { Addresses = OnePort(engine, IPAddress.Parse(address)).Addresses with { LocalAddresses = fromLocalAddress ? [IPAddress.Parse(address)] : [] } });
        await using (var first = await connector.ConnectAsync(server.LocalEndPoint))
        {
            var exception = await Assert.ThrowsAsync<ConnectionException>(() => connector.ConnectAsync(server.LocalEndPoint).Soon());
            Assert.Equal(ConnectionError.ResourceShortage, exception.Error);
            Assert.Equal(SocketError.AddressNotAvailable, exception.SocketError);
            Assert.Contains("this machine's local ports are used up", exception.Message, StringComparison.Ordinal);
            Assert.True(TransientConnectionErrors.IsTransient(exception));
            // Reset, so that nothing of it lingers.
            first.Abort();
        }

        // It passes.
        await using var second = await connector.ConnectAsync(server.LocalEndPoint).Soon();
        second.Abort();
    }

    [LinuxTheory]
    [Engines]
    public async Task ConnectAsync_LocalAddressIsNotThisMachines_SaysSoAsBefore(string engine)
    {
        await using var server = Server.Listen(NetEndPoint.Loopback(0), Engines.Serving(engine));
        var connector = new HappyEyeballsConnector(Engines.Connecting(engine) with { Addresses = Engines.Connecting(engine).Addresses with { LocalAddresses = [IPAddress.Parse("192.0.2.1")] } });
        var exception = await Assert.ThrowsAsync<ConnectionException>(() => connector.ConnectAsync(server.LocalEndPoint).Soon());
        Assert.Equal(ConnectionError.AddressNotAvailable, exception.Error);
        Assert.Contains("the address is not one of this machine's", exception.Message, StringComparison.Ordinal);
        Assert.False(TransientConnectionErrors.IsTransient(exception));
    }

    // The port is the user's own, and taken for this destination.
    [LinuxTheory]
    [Engines]
    public async Task ConnectAsync_FromAPortThatHasThisConnectionAlready_SaysAddressInUse(string engine)
    {
        await using var server = Server.Listen(NetEndPoint.Loopback(0), Engines.Serving(engine));
        var options = Engines.Connecting(engine) with { Addresses = Engines.Connecting(engine).Addresses with { LocalAddresses = [IPAddress.Loopback], ConfigureSocket = static (socket, _) => socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true) } };
        await using var first = await new HappyEyeballsConnector(options).ConnectAsync(server.LocalEndPoint);
        var again = new HappyEyeballsConnector(options with { Addresses = options.Addresses with { LocalPort = ((IPEndPoint)first.LocalEndPoint!).Port } });
        var exception = await Assert.ThrowsAsync<ConnectionException>(() => again.ConnectAsync(server.LocalEndPoint).Soon());
        Assert.Equal(ConnectionError.AddressInUse, exception.Error);
        first.Abort();
    }

    private static HappyEyeballsOptions OnePort(string engine, IPAddress address)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(address, 0));
        var port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        return Engines.Connecting(engine) with { Addresses = new() { ConfigureSocket = (made, _) => made.SetRawSocketOption(IpLevel, LocalPortRange, BitConverter.GetBytes((port << 16) | port)) } };
    }
}

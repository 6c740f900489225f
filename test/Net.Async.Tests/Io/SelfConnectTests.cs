using System.Net;
using System.Net.Sockets;
using Net.Async.Tests.Contract;

namespace Net.Async.Tests.Io;

/// <summary>A TCP socket whose source port is, by chance, the closed port that it connects to meets itself (RFC 9293, 3.5: simultaneous open). That is no connection.</summary>
/// <remarks>The chance is made a certainty by IP_LOCAL_PORT_RANGE (ip(7), Linux 6.3): the kernel has one port to choose from. Without that option these are ordinary refusals.</remarks>
public sealed class SelfConnectTests : LeakCheck
{
    private const int IpLevel = 0, LocalPortRange = 51;

    [Theory]
    [Engines("127.0.0.1")]
    [Engines("::1")]
    [Engines("::ffff:127.0.0.1")]
    public async Task ConnectAsync_ToTheOnlyPortThatIsLeft_IsRefusedAndThePortIsFree(string engine, string address)
    {
        var end = Closed(address);
        var exception = await Assert.ThrowsAsync<ConnectionException>(() => ConnectorTo(end, engine).ConnectAsync(end).Soon());
        Assert.Equal(ConnectionError.Refused, exception.Error);
        Assert.Equal(SocketError.ConnectionRefused, exception.SocketError);
        await using var server = Server.Listen(end, Engines.Serving(engine) with { Listener = Engines.Serving(engine).Listener with { DualStack = false, ReuseAddress = false } });
    }

    [Theory]
    [Engines("0.0.0.0")]
    [Engines("::")]
    public async Task ConnectAsync_ToTheUnspecifiedAddress_IsRefused(string engine, string address)
    {
        var end = Closed(address);
        Assert.Equal(ConnectionError.Refused, (await Assert.ThrowsAsync<ConnectionException>(() => ConnectorTo(end, engine).ConnectAsync(end).Soon())).Error);
    }

    [Theory]
    [Engines]
    public async Task ConnectSocketAsync_ToTheOnlyPortThatIsLeft_IsRefused(string engine)
    {
        var end = Closed("127.0.0.1");
        Assert.Equal(ConnectionError.Refused, (await Assert.ThrowsAsync<ConnectionException>(() => ConnectorTo(end, engine).ConnectSocketAsync(end).Soon())).Error);
    }

    [Theory]
    [Engines]
    public async Task ConnectAsync_NameToTheOnlyPortThatIsLeft_IsRefusedAndNothingIsEstablished(string engine)
    {
        var end = Closed("127.0.0.1");
        var established = false;
        var exception = await Assert.ThrowsAsync<ConnectionException>(() => ConnectorTo(end, engine).ConnectAsync(new DnsEndPoint("127.0.0.1", end.Port), (_, _) =>
        {
            established = true;
            return new ValueTask<int>(0);
        }).Soon());
        Assert.Equal(ConnectionError.Refused, exception.Error);
        Assert.False(established);
    }

    // To another address of the loopback network the kernel's own choice of a source is 127.0.0.1.
    [Theory]
    [Engines("127.0.0.1")]
    [Engines("127.200.3.4")]
    [Engines("::1")]
    public async Task ConnectAsync_LocalAddressWithoutAPort_IsRefused(string engine, string address)
    {
        var end = Closed(address);
        var connector = new HappyEyeballsConnector(OptionsTo(end, engine) with { Addresses = OptionsTo(end, engine).Addresses with { LocalAddresses = [end.Address] } });
        Assert.Equal(ConnectionError.Refused, (await Assert.ThrowsAsync<ConnectionException>(() => connector.ConnectAsync(end).Soon())).Error);
    }

    // Its source port is the system's choice, as without the bind.
    [Theory]
    [Engines]
    public async Task ConnectAsync_SocketThatItsUserHasBoundToPort0_IsRefused(string engine)
    {
        var end = Closed("127.0.0.1");
        var options = OptionsTo(end, engine);
        var connector = new HappyEyeballsConnector(options with
        {
            Addresses = new()
            {
                ConfigureSocket = (socket, to) =>
                {
                    options.Addresses.ConfigureSocket!(socket, to);
                    socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
                },
            },
        });
        Assert.Equal(ConnectionError.Refused, (await Assert.ThrowsAsync<ConnectionException>(() => connector.ConnectAsync(end).Soon())).Error);
    }

    [Theory]
    [Engines]
    public async Task ConnectAsync_EndPointThatItsUserHasBound_MeetsItself(string engine)
    {
        using var bound = BoundSocket.Bind(NetEndPoint.Loopback(0));
        await MeetsItselfAsync(await bound.ConnectAsync(bound.LocalEndPoint, Engines.On(engine)).Soon());

        var end = Closed("127.0.0.1");
        var withPort = new HappyEyeballsConnector(Engines.Connecting(engine) with { Addresses = Engines.Connecting(engine).Addresses with { LocalAddresses = [IPAddress.Loopback], LocalPort = end.Port } });
        await MeetsItselfAsync(await withPort.ConnectAsync(end).Soon());

        end = Closed("127.0.0.1");
        var configured = new HappyEyeballsConnector(Engines.Connecting(engine) with { Addresses = new() { ConfigureSocket = static (socket, to) => socket.Bind(to) } });
        await MeetsItselfAsync(await configured.ConnectAsync(end).Soon());
    }

    private static async Task MeetsItselfAsync(Connection connection)
    {
        Assert.Equal(connection.LocalEndPoint, connection.RemoteEndPoint);
        await connection.Output.WriteAsync(new byte[] { 1 });
        Assert.Equal([1], await connection.Input.ReadExactlyAsync(1));
        connection.Abort();
        await connection.DisposeAsync();
    }

    // A port that no socket on any address has, waiting ones (TIME_WAIT) among them: the kernel would not choose such a port for a connect, and says EADDRNOTAVAIL.
    // Only a bind to all addresses of both families without SO_REUSEADDR finds one; the runtime sets that option on sockets that it knows to be TCP. Tests run one at a time, so nothing else takes it.
    private static IPEndPoint Closed(string address)
    {
        using var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Unspecified) { DualMode = true };
        socket.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
        return new IPEndPoint(IPAddress.Parse(address), ((IPEndPoint)socket.LocalEndPoint!).Port);
    }

    private static HappyEyeballsConnector ConnectorTo(IPEndPoint end, string engine) => new(OptionsTo(end, engine));

    private static HappyEyeballsOptions OptionsTo(IPEndPoint end, string engine) => Engines.Connecting(engine) with
    {
        Addresses = new()
        {
            ConfigureSocket = (socket, _) =>
            {
                try
                {
                    socket.SetRawSocketOption(IpLevel, LocalPortRange, BitConverter.GetBytes((end.Port << 16) | end.Port));
                }
                catch (SocketException)
                {
                    // An older kernel.
                }
            },
        },
    };
}

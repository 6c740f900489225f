using System.Net;
using System.Net.Sockets;
using Net.Async.Tests.Io;

namespace Net.Async.Tests.Namespaces;

/// <summary>What is played in the namespace with few ports. Each line is one engine's and one address's.</summary>
internal static class LocalPortsPlay
{
    // Even, as those that Linux gives to connects first.
    private const int ClosedPort = 40100, Tries = 2000;

    public static async Task SelfConnectAsync()
    {
        foreach (var engine in Engines.Names)
        {
            foreach (var text in (string[])["127.0.0.1", "127.9.8.7", "::1", "::ffff:127.0.0.1"])
            {
                var end = new IPEndPoint(IPAddress.Parse(text), ClosedPort);
                var (met, refused) = PlainSocketMeetsItself(end);
                var (self, refusals) = await OursAsync(end, engine);
                Console.WriteLine($"{engine} {text}: plain socket meets itself {met}, server refused meanwhile {refused}; ours of {Tries} tries {self}, refused {refusals}, server listens {await ListensAsync(end, engine)}");
            }
        }
    }

    public static async Task UsedUpAsync()
    {
        foreach (var engine in Engines.Names)
        {
            foreach (var address in (IPAddress[])[IPAddress.Loopback, IPAddress.IPv6Loopback])
            {
                await ConnectAllAsync(engine, address);
                await ListenAllAsync(engine, address);
            }

            await OthersAsync(engine);
        }
    }

    public static async Task NoIPv6Async()
    {
        foreach (var engine in Engines.Names)
            Console.WriteLine($"{engine}: {(await FailureAsync(new HappyEyeballsConnector(Engines.Connecting(engine)), new IPEndPoint(IPAddress.IPv6Loopback, ClosedPort))).Error}");
    }

    private static (bool Met, bool Refused) PlainSocketMeetsItself(IPEndPoint end)
    {
        for (var i = 0; i < Tries; i++)
        {
            using var socket = new Socket(end.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            if (end.AddressFamily == AddressFamily.InterNetworkV6)
                socket.DualMode = true;
            try
            {
                // To another address of the loopback network the kernel's own choice of a source is 127.0.0.1. The port is left to the connect (IP_BIND_ADDRESS_NO_PORT).
                if (end.AddressFamily == AddressFamily.InterNetwork)
                {
                    socket.SetRawSocketOption(0, 24, [1, 0, 0, 0]);
                    socket.Bind(new IPEndPoint(end.Address, 0));
                }

                socket.Connect(end);
            }
            catch (SocketException)
            {
                continue;
            }

            var met = socket.LocalEndPoint!.Equals(socket.RemoteEndPoint);
            var refused = false;
            // Of what it knows to be TCP, the base class library would set SO_REUSEADDR.
            using var server = new Socket(end.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                server.Bind(end);
                server.Listen();
            }
            catch (SocketException)
            {
                refused = true;
            }

            socket.LingerState = new LingerOption(true, 0);
            return (met, refused);
        }

        return (false, false);
    }

    // By turns in the ways to connect, each of which would meet itself.
    private static async Task<(int Self, int Refused)> OursAsync(IPEndPoint end, string engine)
    {
        var (self, refused) = (0, 0);
        var plain = new HappyEyeballsConnector(Engines.Connecting(engine));
        var local = new HappyEyeballsConnector(Engines.Connecting(engine) with { Addresses = Engines.Connecting(engine).Addresses with { LocalAddresses = [end.Address.IsIPv4MappedToIPv6 ? end.Address.MapToIPv4() : end.Address] } });
        var name = new DnsEndPoint(end.Address.ToString(), end.Port);
        Func<Task<IAsyncDisposable>>[] ways =
        [
            async () => await plain.ConnectAsync(end),
            async () => await plain.ConnectAsync(name),
            async () => await local.ConnectAsync(end),
            async () => new NetworkStream(await plain.ConnectSocketAsync(end), ownsSocket: true),
            async () => await plain.ConnectAsync(end, static (connection, _) => new ValueTask<IAsyncDisposable>(connection)),
            async () => await Connection.ConnectAsync(end, Engines.On(engine)),
        ];
        for (var i = 0; i < Tries; i++)
        {
            try
            {
                await using var connected = await ways[i % ways.Length]();
                self++;
            }
            catch (ConnectionException exception) when (exception.Error == ConnectionError.Refused)
            {
                refused++;
            }
        }

        return (self, refused);
    }

    private static async Task<bool> ListensAsync(IPEndPoint end, string engine)
    {
        await using var server = Server.Listen(end, Engines.Serving(engine) with { Listener = Engines.Serving(engine).Listener with { ReuseAddress = false } });
        return server.IsListening;
    }

    private static async Task ConnectAllAsync(string engine, IPAddress address)
    {
        // Outside of the range: it takes none of the ports.
        await using var server = Server.Listen(new IPEndPoint(address, 30000), Engines.Serving(engine));
        var connector = new HappyEyeballsConnector(Engines.Connecting(engine));
        var all = new List<Connection>();
        ConnectionException? failure = null;
        while (failure is null)
        {
            try
            {
                all.Add(await connector.ConnectAsync(server.LocalEndPoint));
            }
            catch (ConnectionException exception)
            {
                failure = exception;
            }
        }

        var local = await FailureAsync(new HappyEyeballsConnector(Engines.Connecting(engine) with { Addresses = Engines.Connecting(engine).Addresses with { LocalAddresses = [address] } }), server.LocalEndPoint);
        await EndAsync(all[0]);
        all[0] = await connector.ConnectAsync(server.LocalEndPoint);
        Console.WriteLine($"{engine} {address}: connects {all.Count}, then {failure.Error}, from a local address {local.Error}, transient {TransientConnectionErrors.IsTransient(failure) && TransientConnectionErrors.IsTransient(local)}, says so {SaysSo(failure) && SaysSo(local)}; with one free connects {all[0].CloseReason is null}");
        foreach (var connection in all)
            await EndAsync(connection);
    }

    private static async Task ListenAllAsync(string engine, IPAddress address)
    {
        var end = new IPEndPoint(address, 0);
        var all = new List<Server>();
        ConnectionException? failure = null;
        while (failure is null)
        {
            try
            {
                all.Add(Server.Listen(end, Engines.Serving(engine)));
            }
            catch (ConnectionException exception)
            {
                failure = exception;
            }
        }

        var bound = Assert.Throws<ConnectionException>(() => BoundSocket.Bind(end));
        await all[0].DisposeAsync();
        all[0] = Server.Listen(end, Engines.Serving(engine));
        Console.WriteLine($"{engine} {address}: listens {all.Count}, then {failure.Error}, bound {bound.Error}, says so {SaysSo(failure) && SaysSo(bound)}; with one free listens {all[0].IsListening}");
        foreach (var server in all)
            await server.DisposeAsync();
    }

    // Every port that the first address may be given is taken at the second one.
    private static async Task OthersAsync(string engine)
    {
        var options = Engines.Serving(engine);
        var taken = new List<Server>();
        for (var port = 40000; port < 40016; port++)
            taken.Add(Server.Listen(new IPEndPoint(IPAddress.IPv6Loopback, port), options));
        var several = Assert.Throws<ConnectionException>(() => Server.Listen([NetEndPoint.Loopback(0), new IPEndPoint(IPAddress.IPv6Loopback, 0)], options));
        var inUse = Assert.Throws<ConnectionException>(() => Server.Listen(taken[0].LocalEndPoint, options));
        var foreign = new IPEndPoint(IPAddress.Parse("192.0.2.1"), 0);
        var listen = Assert.Throws<ConnectionException>(() => Server.Listen(foreign, options));
        var connect = await FailureAsync(new HappyEyeballsConnector(Engines.Connecting(engine) with { Addresses = Engines.Connecting(engine).Addresses with { LocalAddresses = [foreign.Address] } }), NetEndPoint.Loopback(ClosedPort));
        Console.WriteLine($"{engine}: several addresses {several.Error}; 192.0.2.1 to listen {listen.Error}, to connect from {connect.Error}; taken port {inUse.Error}");
        foreach (var server in taken)
            await server.DisposeAsync();
    }

    // Reset, so that it does not keep its port.
    private static async Task EndAsync(Connection connection)
    {
        connection.Abort();
        await connection.DisposeAsync();
    }

    private static bool SaysSo(ConnectionException exception) => exception.Message.Contains("this machine's local ports are used up", StringComparison.Ordinal);

    private static Task<ConnectionException> FailureAsync(HappyEyeballsConnector connector, EndPoint end) => Assert.ThrowsAnyAsync<ConnectionException>(() => connector.ConnectAsync(end));
}

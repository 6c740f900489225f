using System.Net;
using System.Net.Sockets;
using Net.Async.Tests.Contract;

namespace Net.Async.Tests.Loopback;

/// <summary>Clients that reset, never read, never write, half-close and idle in their thousands: the others are served, and nothing stays.</summary>
public class HostileClientsTests : LeakCheck
{
    private const int IdleClients = 5000;

    [Needs("bash")]
    public async Task EveryKindAtOnce_TheOthersAreServed_AndEverythingReturns()
    {
        var tcp = Transport.Get("tcp4");
        await using var server = tcp.Listen(new ServerOptions { OnError = (_, _) => { } });
        var serving = server.ServeAsync(ServerTests.Echo);
        var end = (IPEndPoint)server.LocalEndPoint;

        await using var idle = Child.Start("bash", "-c",
            $"ulimit -n {IdleClients + 100}; for i in $(seq {IdleClients}); do exec {{fd}}<>/dev/tcp/127.0.0.1/{end.Port}; done; echo up; read");
        Assert.Equal("up", await idle.Output.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(2)));
        await Eventually.IsAsync(() => server.ConnectionCount == IdleClients, () => $"{server.ConnectionCount} connections");
        await ServerTests.EchoOnceAsync(tcp, server, 10_000);

        using var neverReads = Connect(end);
        neverReads.Blocking = false;
        SendUntilBlocked(neverReads);
        await ServerTests.EchoOnceAsync(tcp, server, 10_000);

        for (var i = 0; i < 100; i++)
            Reset(end);
        await ServerTests.EchoOnceAsync(tcp, server, 10_000);

        using var halfCloses = Connect(end);
        halfCloses.Send("all of it"u8);
        halfCloses.Shutdown(SocketShutdown.Send);
        Assert.Equal("all of it"u8.ToArray(), ReadToEnd(halfCloses));

        await Eventually.IsAsync(() => server.ConnectionCount == IdleClients + 1, () => $"{server.ConnectionCount} connections");
        neverReads.Close(0);
        await idle.DisposeAsync();
        await Eventually.IsAsync(() => server.ConnectionCount == 0, () => $"{server.ConnectionCount} connections");
        await ServerTests.EchoOnceAsync(tcp, server, 10_000);
        Assert.Equal(0, (await server.StopAsync().Soon()).Aborted);
        await serving.Soon();
    }

    private static Socket Connect(IPEndPoint end)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 20_000 };
        socket.Connect(end);
        return socket;
    }

    private static void SendUntilBlocked(Socket socket)
    {
        var bytes = new byte[65536];
        // Blocked twice in a row with the server's side full as well: it has stopped reading from this one.
        for (var blocked = 0; blocked < 50;)
        {
            socket.Send(bytes, SocketFlags.None, out var error);
            blocked = error == SocketError.WouldBlock ? blocked + 1 : 0;
            if (blocked > 0)
                socket.Poll(10_000, SelectMode.SelectWrite);
        }
    }

    private static void Reset(IPEndPoint end)
    {
        using var socket = Connect(end);
        socket.Send(new byte[1000]);
        socket.Close(0);
    }

    private static byte[] ReadToEnd(Socket socket)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[4096];
        while (socket.Receive(buffer) is var count and > 0)
            bytes.Write(buffer, 0, count);
        return bytes.ToArray();
    }
}

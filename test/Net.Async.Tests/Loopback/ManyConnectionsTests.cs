using System.Net;
using System.Net.Sockets;
using Net.Async.Tests.Contract;

namespace Net.Async.Tests.Loopback;

/// <summary>Clients that come and go in great number, or have gone before anybody looks.</summary>
public class ManyConnectionsTests : LeakCheck
{
    private const int Count = 10_000;

    [Fact]
    public Task ConnectAndClose_10000OverTcp_LeaveNothing() => ConnectAndCloseAsync(Transport.Get("tcp4"));

    [Fact]
    public Task ConnectAndClose_10000OverUnix_LeaveNothing() => ConnectAndCloseAsync(Transport.Get("unix"));

    [Fact]
    public async Task AcceptAsync_PeerHasResetInTheQueue_IsAResetConnectionAndNoFailure()
    {
        foreach (var options in new[] { new ServerOptions(), new ServerOptions { MaxConnections = 0 }, new ServerOptions { Policy = new BlockList() } })
        {
            await using var server = Server.Listen([NetEndPoint.Any(0)], options);
            for (var i = 0; i < 20; i++)
            {
                using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { LingerState = new(true, 0) };
                client.Connect(NetEndPoint.Loopback(server.Port()));
                client.Close();
            }

            server.MaxConnections = null;
            await using var last = await Connection.ConnectAsync(NetEndPoint.Loopback(server.Port()));
            await SeesResetsAndThenAsync(server, last);
        }
    }

    // Those that reset in the queue are trouble of one connection, or connections that say so on first use.
    private static async Task SeesResetsAndThenAsync(Server server, Connection last)
    {
        while (true)
        {
            await using var accepted = await server.AcceptAsync().Soon();
            if (last.LocalEndPoint!.Equals(accepted.RemoteEndPoint))
            {
                await accepted.Output.WriteAsync("x"u8.ToArray());
                Assert.Equal("x"u8.ToArray(), await last.Input.ReadExactlyAsync(1));
                last.Input.Complete();
                return;
            }

            await accepted.Input.ReadAsync().ThrowsAsync(ConnectionError.Reset);
        }
    }

    private static async Task ConnectAndCloseAsync(Transport kind)
    {
        await using var server = kind.Listen();
        var handled = 0;
        var serving = server.ServeAsync(async (connection, token) =>
        {
            Interlocked.Increment(ref handled);
            await connection.Input.CopyToAsync(Stream.Null, token);
        });
        for (var i = 0; i < Count; i++)
        {
            using var client = new Socket(server.LocalEndPoint.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
            client.Connect(server.LocalEndPoint);
        }

        await Eventually.IsAsync(() => Volatile.Read(ref handled) == Count && server.ConnectionCount == 0, () => $"{handled} came, {server.ConnectionCount} are left");
        Assert.Equal(new StopResult { Finished = 0, Aborted = 0 }, await server.StopAsync().Soon());
        // Returns when every handler has ended: no task is left. Descriptors and blocks are the base class's to count.
        await serving.Soon();
        Assert.Equal(0, server.HandlerFailures);
    }
}

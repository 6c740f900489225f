using System.Net;
using System.Net.Sockets;

namespace Net.Async.Tests.Io;

public class KeepAliveTests : LeakCheck
{
    [Fact]
    public Task Values_OutOfRange_AreAsVerified()
    {
        var thrown = new ThrownMessages();
        foreach (var time in (TimeSpan[])[TimeSpan.Zero, TimeSpan.FromSeconds(-1), TimeSpan.FromMilliseconds(999), TimeSpan.FromSeconds(32768), Timeout.InfiniteTimeSpan])
        {
            thrown.Add($"Delay = {time}", () => _ = new KeepAlive { Delay = time });
            thrown.Add($"Interval = {time}", () => _ = new KeepAlive { Interval = time });
        }

        foreach (var count in (int[])[0, -1, 128])
            thrown.Add($"Count = {count}", () => _ = new KeepAlive { Count = count });
        return Verifier.Verify(thrown.ToString());
    }

    [Fact]
    public async Task Options_OfBothSides_AreOnTheSockets()
    {
        var options = new ConnectionOptions
        {
            Tcp = { NoDelay = false, KeepAlive = new KeepAlive { Delay = TimeSpan.FromSeconds(7.2), Interval = TimeSpan.FromSeconds(3), Count = 5 }, TypeOfService = 0x28 },
        };
        await using var server = Server.Listen("127.0.0.1:0", new ServerOptions { Connection = options });
        var accepting = server.AcceptAsync();
        await using var client = await Connection.ConnectAsync(server.LocalEndPoint, options);
        await using var accepted = await accepting;

        foreach (var socket in (Socket[])[client.Socket!, accepted.Socket!])
        {
            Assert.False(socket.NoDelay);
            Assert.Equal(1, socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive));
            Assert.Equal(8, socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime));
            Assert.Equal(3, socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval));
            Assert.Equal(5, socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount));
            Assert.Equal(0x28, socket.GetSocketOption(SocketOptionLevel.IP, SocketOptionName.TypeOfService));
        }
    }

    [Fact]
    public async Task Options_LeftOut_LeaveTheSystemsValues()
    {
        await using var server = Server.Listen(IPEndPoint.Parse("127.0.0.1:0"));
        await using var client = await Connection.ConnectAsync(server.LocalEndPoint);

        Assert.Equal(0, client.Socket!.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive));
    }
}

using System.Net;
using System.Net.Sockets;
using Net.Async.Tests.Contract;

namespace Net.Async.Tests.Io;

/// <summary>A socket that its maker disposes while it connects: no other descriptor is touched, and nothing is left.</summary>
public class ConnectDisposedTests : LeakCheck
{
    [LinuxFact]
    public async Task ConnectBoundAsync_TcpDisposedMeanwhile_LeavesOthersAlone()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await DisposedMeanwhileAsync(listener);
    }

    [LinuxFact]
    public async Task ConnectBoundAsync_UnixDisposedMeanwhile_LeavesOthersAlone()
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint("\0net-async-" + Guid.NewGuid().ToString("N")));
        await DisposedMeanwhileAsync(listener);
    }

    private static async Task DisposedMeanwhileAsync(Socket listener)
    {
        listener.Listen(0);
        // One finds room in the queue, and the next waits until the server accepts.
        using var first = NewSocket();
        first.Connect(listener.LocalEndPoint!);
        using var second = NewSocket();
        using var limit = new CancellationTokenSource();
        var connecting = IoEngine.Default.ConnectBoundAsync(second, listener.LocalEndPoint!, new ConnectionOptions().ToSettings(), limit.Token).AsTask();
        second.Dispose();
        // It would have the number by now.
        await using var server = Server.Listen(0);
        var serving = server.ServeAsync(static (connection, token) => connection.Input.CopyToAsync(connection.Output, token));
        await using var stranger = await Connection.ConnectAsync(server.LocalEndPoint);
        await stranger.Output.WriteAsync(new byte[] { 1 });
        Assert.Equal([1], await stranger.Input.ReadExactlyAsync(1));

        await limit.CancelAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => connecting.Soon());

        await stranger.Output.WriteAsync(new byte[] { 2 });
        Assert.Equal([2], await stranger.Input.ReadExactlyAsync(1));
        await stranger.DisposeAsync();
        await server.StopAsync().Soon();
        await serving.Soon();

        Socket NewSocket() => new(listener.AddressFamily, SocketType.Stream, listener.ProtocolType);
    }
}

using System.Net;
using System.Net.Sockets;
using Net.Async.Tests.Contract;

namespace Net.Async.Tests.Serving;

/// <summary>Binding, starting, and the addresses of TCP listeners.</summary>
public class ServerListenTests : LeakCheck
{
    [Fact]
    public async Task Bind_BeforeStart_ReservesTheAddressAndRefusesClients()
    {
        await using var server = Server.Bind(NetEndPoint.Loopback(0));
        Assert.False(server.IsListening);
        Assert.NotEqual(0, ((IPEndPoint)server.LocalEndPoint).Port);
        Assert.Equal(ConnectionError.Refused, (await Assert.ThrowsAsync<ConnectionException>(() => Connection.ConnectAsync(server.LocalEndPoint))).Error);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await server.AcceptAsync());
        server.Start();
        Assert.True(server.IsListening);
        Assert.Throws<InvalidOperationException>(server.Start);
        await using var client = await Connection.ConnectAsync(server.LocalEndPoint);
        await using var accepted = await server.AcceptAsync().Soon();
    }

    [Fact]
    public async Task Stop_NeverStarted_LetsGoOfTheAddress()
    {
        var server = Server.Bind(NetEndPoint.Loopback(0));
        await server.DisposeAsync();
        Assert.Throws<InvalidOperationException>(server.Start);
        await using var other = Server.Listen(server.LocalEndPoint);
    }

    [Fact]
    public async Task Listen_Any_TakesBothFamilies_AndShowsIPv4PeersAsIPv4()
    {
        await using var server = Server.Listen(NetEndPoint.Any(0));
        var port = ((IPEndPoint)server.LocalEndPoint).Port;
        foreach (var address in new[] { IPAddress.Loopback, IPAddress.IPv6Loopback })
        {
            await using var client = await Connection.ConnectAsync(new IPEndPoint(address, port));
            await using var accepted = await server.AcceptAsync().Soon();
            Assert.Equal(address, ((IPEndPoint)accepted.RemoteEndPoint!).Address);
            Assert.Equal(address, ((IPEndPoint)accepted.LocalEndPoint!).Address);
            Assert.Equal(client.LocalEndPoint, accepted.RemoteEndPoint);
        }
    }

    [Fact]
    public async Task Listen_AnyWithoutDualStack_TakesIPv6Only()
    {
        await using var server = Server.Listen(NetEndPoint.Any(0), ServerOptions.Default with { DualStack = false });
        var port = ((IPEndPoint)server.LocalEndPoint).Port;
        await using (await Connection.ConnectAsync(new IPEndPoint(IPAddress.IPv6Loopback, port)))
            await (await server.AcceptAsync().Soon()).DisposeAsync();
        await Assert.ThrowsAsync<ConnectionException>(() => Connection.ConnectAsync(NetEndPoint.Loopback(port)));
    }

    [Fact]
    public async Task Listen_MappedAddress_IsTheIPv4One()
    {
        await using var server = Server.Listen(new IPEndPoint(IPAddress.Parse("::ffff:127.0.0.1"), 0));
        Assert.Equal(IPAddress.Loopback, ((IPEndPoint)server.LocalEndPoint).Address);
        await using var client = await Connection.ConnectAsync(new IPEndPoint(IPAddress.Parse("::ffff:127.0.0.1"), ((IPEndPoint)server.LocalEndPoint).Port));
        await (await server.AcceptAsync().Soon()).DisposeAsync();
    }

    [Fact]
    public async Task ListenAsync_NameAndLiterals_Listen()
    {
        foreach (var text in new[] { "localhost:0", "127.0.0.1:0", "[::1]:0" })
        {
            await using var server = await Server.ListenAsync(text).Soon();
            Assert.True(IPAddress.IsLoopback(((IPEndPoint)server.LocalEndPoint).Address));
        }
    }

    [Fact]
    public async Task NoDelay_OnAndOff_IsWhatTheSocketsHave()
    {
        foreach (var noDelay in new[] { true, false })
        {
            var options = ConnectionOptions.Default with { NoDelay = noDelay };
            await using var server = Server.Listen(0, ServerOptions.Default with { Connection = options });
            await using var client = await Connection.ConnectAsync(server.LocalEndPoint, options);
            await using var accepted = await server.AcceptAsync().Soon();
            Assert.Equal(noDelay, client.Socket!.NoDelay);
            Assert.Equal(noDelay, accepted.Socket!.NoDelay);
        }
    }

    [Fact]
    public async Task Dispose_UnixSocket_RemovesItsFile()
    {
        var path = Path.Combine(Path.GetTempPath(), $"net-async-{Guid.NewGuid():N}"[..40]);
        await using (Server.Listen("unix:" + path))
            Assert.True(File.Exists(path));
        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task Stop_ConnectionsNobodyAccepted_AreReset()
    {
        var server = Server.Listen(0);
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 20_000 };
        client.Connect(server.LocalEndPoint);
        Assert.Equal(new StopResult(0, 0), await server.StopAsync().Soon());
        Assert.Throws<SocketException>(() => client.Receive(new byte[1]));
    }

    [Fact]
    public async Task ServeAsync_HandlerBlocksBeforeItsFirstAwait_AcceptingGoesOn()
    {
        using var gate = new ManualResetEventSlim();
        await using var server = Server.Listen(0);
        var started = 0;
        var serving = server.ServeAsync((connection, _) =>
        {
            if (Interlocked.Increment(ref started) == 1)
                gate.Wait(CancellationToken.None);
            return Task.CompletedTask;
        });
        await using var blocked = await Connection.ConnectAsync(server.LocalEndPoint);
        await Eventually.IsAsync(() => Volatile.Read(ref started) == 1, "the first handler did not start");
        await using var other = await Connection.ConnectAsync(server.LocalEndPoint);
        Assert.Empty(await other.Input.ReadToEndAsync());
        gate.Set();
        await server.StopAsync().Soon();
        await serving.Soon();
    }

    [Fact]
    public async Task Stop_InsideAHandler_EndsTheServe()
    {
        await using var server = Server.Listen(0);
        var serving = server.ServeAsync(async (connection, _) =>
        {
            await connection.DisposeAsync();
            var stop = server.StopAsync(CancellationToken.None);
        });
        await using var client = await Connection.ConnectAsync(server.LocalEndPoint);
        await serving.Soon();
    }

    [Fact]
    public async Task OnError_Throws_TheServerGoesOn()
    {
        await using var server = Server.Listen(0, ServerOptions.Default with { OnError = (_, _) => throw new InvalidOperationException("callback") });
        var serving = server.ServeAsync(async (connection, token) =>
        {
            await connection.Input.ReadAsync(token);
            throw new InvalidDataException("handler");
        });
        for (var i = 0; i < 3; i++)
        {
            await using var client = await Connection.ConnectAsync(server.LocalEndPoint);
            await client.Output.WriteAsync(new byte[1]).Soon();
            await client.Input.ReadAsync().ThrowsAsync(ConnectionError.Reset);
        }

        Assert.Equal(3, server.HandlerFailures);
        await server.StopAsync().Soon();
        await serving.Soon();
    }

    [Fact]
    public async Task StopAsync_Cancelled_AbortsAndThrows()
    {
        await using var server = Server.Listen(0);
        await using var client = await Connection.ConnectAsync(server.LocalEndPoint);
        await using var accepted = await server.AcceptAsync().Soon();
        using var cancel = new CancellationTokenSource();
        var stopping = server.StopAsync(Timeout.InfiniteTimeSpan, cancel.Token);
        Assert.False(stopping.IsCompleted);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stopping.Soon());
        Assert.Equal(ConnectionError.Aborted, accepted.CloseReason!.Error);
        Assert.True(accepted.Stopping.IsCancellationRequested);
        Assert.False(client.Stopping.CanBeCanceled);
    }
}

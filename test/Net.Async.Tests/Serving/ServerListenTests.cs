using System.Net;
using System.Net.Sockets;
using Net.Async.Tests.Connecting;
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
        await using var server = Server.Listen(NetEndPoint.Any(0), new ServerOptions { Listener = { DualStack = false } });
        var port = ((IPEndPoint)server.LocalEndPoint).Port;
        await using (await Connection.ConnectAsync(new IPEndPoint(IPAddress.IPv6Loopback, port)))
            await (await server.AcceptAsync().Soon()).DisposeAsync();
        await Assert.ThrowsAsync<ConnectionException>(() => Connection.ConnectAsync(NetEndPoint.Loopback(port)));
    }

    [Theory]
    [InlineData("localhost:0", "127.0.0.1", "::1")]
    [InlineData("LOCALHOST:0", "127.0.0.1", "::1")]
    [InlineData("*:0", "::", null)]
    [InlineData(":0", "::", null)]
    public async Task Listen_TextForServers_ListensThere(string text, string address, string? other)
    {
        await using var server = Server.Listen(text);
        await using var again = await Server.ListenAsync(text).Soon();
        foreach (var each in (Server[])[server, again])
        {
            Assert.Equal(other is null ? [address] : [address, other], each.LocalEndPoints.Cast<IPEndPoint>().Select(static endPoint => endPoint.Address.ToString()));
            Assert.Single(each.LocalEndPoints.Cast<IPEndPoint>().Select(static endPoint => endPoint.Port).Distinct());
            await using var client = await Connection.ConnectAsync("localhost", each.Port()).Soon();
            await (await each.AcceptAsync().Soon()).DisposeAsync();
        }
    }

    [Fact]
    public async Task Listen_AddressAndPort_ListensThere()
    {
        await using var server = Server.Listen(IPAddress.Parse("127.0.0.2"), 0);
        Assert.Equal("127.0.0.2", ((IPEndPoint)server.LocalEndPoint).Address.ToString());
        Assert.Equal("port", Assert.Throws<ArgumentOutOfRangeException>(static () => Server.Listen(IPAddress.Loopback, 65536)).ParamName);
        Assert.Equal("address", Assert.Throws<ArgumentNullException>(static () => Server.Listen((IPAddress)null!, 1)).ParamName);
    }

    [Fact]
    public async Task Listen_OptionsChangedAfterwards_KeepsItsOwn()
    {
        var options = new ServerOptions { MaxConnections = 1, Connection = { ReadTimeout = TimeSpan.FromSeconds(7) } };
        await using var server = Server.Listen(0, options);
        options.MaxConnections = 5;
        options.Connection.ReadTimeout = TimeSpan.FromSeconds(9);
        await using var other = Server.Listen(0, options);
        Assert.Equal((1, 5), (server.MaxConnections, other.MaxConnections));
        foreach (var (each, seconds) in new[] { (server, 7), (other, 9) })
        {
            await using var client = await Connection.ConnectAsync(each.LocalEndPoint).Soon();
            Assert.Null(client.ReadTimeout);
            await using var accepted = await each.AcceptAsync().Soon();
            Assert.Equal(TimeSpan.FromSeconds(seconds), accepted.ReadTimeout);
        }
    }

    [Fact]
    public async Task ConnectAsync_OptionsChangedAfterwards_CountForTheNextConnect()
    {
        await using var server = Server.Listen(0);
        var options = new ConnectionOptions { ReadTimeout = TimeSpan.FromSeconds(7) };
        for (var seconds = 7; seconds < 10; seconds++)
        {
            options.ReadTimeout = TimeSpan.FromSeconds(seconds);
            await using var client = await Connection.ConnectAsync(server.LocalEndPoint, options).Soon();
            Assert.Equal(TimeSpan.FromSeconds(seconds), client.ReadTimeout);
            await (await server.AcceptAsync().Soon()).DisposeAsync();
        }
    }

    [Fact]
    public async Task ConnectAsync_WithATimeLimit_EndsAtIt()
    {
        using var silent = new SilentListener(IPAddress.Loopback, 0);
        var exception = await Assert.ThrowsAsync<ConnectionException>(() => Connection.ConnectAsync("127.0.0.1", silent.Port, TimeSpan.FromMilliseconds(50)).Soon());
        Assert.Equal(ConnectionError.TimedOut, exception.Error);
        Assert.Contains("timed out after 0.05 s", exception.Message, StringComparison.Ordinal);
        exception = await Assert.ThrowsAsync<ConnectionException>(() => Connection.ConnectAsync(NetEndPoint.Loopback(silent.Port), TimeSpan.FromMilliseconds(50)).Soon());
        Assert.Equal(ConnectionError.TimedOut, exception.Error);
        Assert.Equal("timeout", (await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Connection.ConnectAsync("127.0.0.1", 1, TimeSpan.Zero))).ParamName);
        await using var server = Server.Listen(0);
        await using var client = await Connection.ConnectAsync("localhost", server.Port(), TimeSpan.FromSeconds(20)).Soon();
        await using var other = await new HappyEyeballsConnector().ConnectAsync($"127.0.0.1:{server.Port()}").Soon();
    }

    [Fact]
    public async Task ServeAsync_EachShapeOfAHandler_Serves()
    {
        Func<Server, Task>[] serves =
        [
            static server => server.ServeAsync(static async connection => await connection.WriteLineAsync("served")),
            static server => server.ServeAsync(static connection => connection.WriteLineAsync("served")),
            static server => server.ServeAsync(static (connection, stopping) => connection.WriteLineAsync("served", stopping)),
            static server => server.ServeAsync(static (connection, stopping) => connection.WriteLineAsync("served", stopping).AsTask()),
            static async server =>
            {
                await foreach (var connection in server.AcceptAllAsync())
                {
                    await using (connection)
                        await connection.WriteLineAsync("served");
                }
            },
        ];
        foreach (var serve in serves)
        {
            await using var server = Server.Listen(0);
            var serving = serve(server);
            await using var client = await Connection.ConnectAsync(server.LocalEndPoint).Soon();
            Assert.Equal("served", await client.ReadLineAsync().Soon());
            await server.StopAsync().Soon();
            await serving.Soon();
        }

        await using var idle = Server.Listen(0);
        Assert.Equal("handler", (await Assert.ThrowsAsync<ArgumentNullException>(() => idle.ServeAsync((Func<Connection, Task>)null!))).ParamName);
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
            var options = new ConnectionOptions { Tcp = { NoDelay = noDelay } };
            await using var server = Server.Listen(0, new ServerOptions { Connection = options });
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
        Assert.Equal(new StopResult { Finished = 0, Aborted = 0 }, await server.StopAsync().Soon());
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
        await using var server = Server.Listen(0, new ServerOptions { OnError = (_, _) => throw new InvalidOperationException("callback") });
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

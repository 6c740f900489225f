using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using Net.Async.Testing;

namespace Net.Async.Tests.Connecting;

public class SequentialConnectTests : LeakCheck
{
    [Fact]
    public async Task ConnectAsync_NameWithSeveralAddresses_TriesThemInOrder()
    {
        await using var server = Server.Listen(0);
        var port = ((IPEndPoint)server.LocalEndPoint).Port;
        // No server listens on the first one's port.
        var resolver = new ScriptedResolver().Add("example.test", IPAddress.Parse("127.0.0.2"), IPAddress.Loopback);
        var connector = new HappyEyeballsConnector(new() { Resolver = resolver, MaxConcurrentAttempts = 1 });
        await using var client = await connector.ConnectAsync("example.test", port);
        await using var accepted = await server.AcceptAsync().Soon();
        Assert.Equal(["127.0.0.2", "127.0.0.1"], client.Attempts.Select(attempt => ((IPEndPoint)attempt.EndPoint).Address.ToString()));
        Assert.Equal(ConnectionError.Refused, Assert.IsType<ConnectionException>(client.Attempts[0].Error).Error);
        Assert.Null(client.Attempts[1].Error);
        Assert.Empty(accepted.Attempts);
    }

    [Fact]
    public async Task ConnectAsync_LookUpTakesTooLong_TimesOut()
    {
        var time = new FakeTimeProvider();
        var resolver = new ScriptedResolver(time).Add("slow.test", AddressFamily.InterNetworkV6, Timeout.InfiniteTimeSpan);
        var connector = new HappyEyeballsConnector(new() { Resolver = resolver, MaxConcurrentAttempts = 1, TimeProvider = time });
        var connecting = connector.ConnectAsync("slow.test", 80);
        await Eventually.IsAsync(() => resolver.Queries.Count == 2, "the resolver was not asked");
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(connecting.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        var exception = await Assert.ThrowsAsync<ConnectionException>(() => connecting.Soon());
        Assert.Equal(ConnectionError.TimedOut, exception.Error);
        Assert.Equal("Could not connect to slow.test:80: timed out after 30 s.", exception.Message);
    }

    [Fact]
    public async Task ConnectAsync_Cancelled_ThrowsWithTheToken()
    {
        var resolver = new ScriptedResolver().Add("slow.test", AddressFamily.InterNetworkV6, Timeout.InfiniteTimeSpan);
        var connector = new HappyEyeballsConnector(new() { Resolver = resolver, MaxConcurrentAttempts = 1 });
        using var cancel = new CancellationTokenSource();
        var connecting = connector.ConnectAsync("slow.test", 80, cancel.Token);
        await cancel.CancelAsync();
        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.Soon());
        Assert.Equal(cancel.Token, exception.CancellationToken);
        exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Connection.ConnectAsync("127.0.0.1", 1, cancel.Token).Soon());
        Assert.Equal(cancel.Token, exception.CancellationToken);
    }

    [Fact]
    public async Task ConnectAsync_HostText_IsALiteralOrAName()
    {
        await using var server = Server.Listen("[::1]:0");
        var port = ((IPEndPoint)server.LocalEndPoint).Port;
        foreach (var host in new[] { "::1", "[::1]" })
        {
            await using var client = await Connection.ConnectAsync(host, port);
            await (await server.AcceptAsync().Soon()).DisposeAsync();
            Assert.Equal(server.LocalEndPoint, client.RemoteEndPoint);
        }

        await using var text = await Connection.ConnectAsync($"[::1]:{port}");
        await (await server.AcceptAsync().Soon()).DisposeAsync();
    }
}

using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using Net.Async.Testing;
using Net.Async.Tests.Connecting;
using Net.Async.Tests.Contract;

namespace Net.Async.Tests.NodeNet;

/// <summary>Rows of <c>net.connect</c> and <c>socket.connect</c>.</summary>
public class ConnectRowsTests : LeakCheck
{
    [Fact]
    public async Task ConnectAsync_EveryForm_ReachesTheServer()
    {
        await using var server = Server.Listen(0);
        var port = server.Port();
        Func<Task<Connection>>[] forms =
        [
            () => Connection.ConnectAsync(port),
            () => Connection.ConnectAsync("localhost", port),
            () => Connection.ConnectAsync("127.0.0.1", port),
            () => Connection.ConnectAsync($"localhost:{port}"),
            () => Connection.ConnectAsync($"{port}"),
            () => Connection.ConnectAsync(new DnsEndPoint("localhost", port)),
            () => Connection.ConnectAsync(server.LocalEndPoint, new ConnectionOptions()),
            () => new HappyEyeballsConnector().ConnectAsync("localhost", port),
        ];
        foreach (var form in forms)
        {
            await using var client = await form().Soon();
            await using var accepted = await server.AcceptAsync().Soon();
            Assert.Equal(client.LocalEndPoint, accepted.RemoteEndPoint);
        }
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("-1")]
    [InlineData("")]
    [InlineData("0x1F90")]
    [InlineData("80 ")]
    public async Task ConnectAsync_TextThatIsNoEndPoint_IsNeitherAPortNorAPath(string text) =>
        Assert.Contains($"'{text}'", (await Assert.ThrowsAsync<FormatException>(() => Connection.ConnectAsync(text))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task ConnectAsync_Again_IsAConnectionOfItsOwn()
    {
        await using var server = Server.Listen(0);
        Connection? before = null;
        for (var i = 0; i < 2; i++)
        {
            await using var client = await Connection.ConnectAsync(server.LocalEndPoint).Soon();
            await using var accepted = await server.AcceptAsync().Soon();
            Assert.Equal(0, client.BytesWritten);
            await client.WriteAsync("once").Soon();
            Assert.NotEqual(before?.Id, client.Id);
            before = client;
        }

        // The one that is over stays over, and what it was can still be asked.
        Assert.Equal((ConnectionState.Closed, 4), (before!.State, before.BytesWritten));
    }

    [Fact]
    public async Task ConnectAsync_IdlePeriodPasses_TheConnectGoesOnToItsOwnLimit()
    {
        using var silent = new SilentListener(IPAddress.Loopback, 0);
        var time = new FakeTimeProvider();
        var options = new HappyEyeballsOptions
        {
            TimeProvider = time,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            Connection = new ConnectionOptions { IdlePeriod = TimeSpan.FromSeconds(1), TimeProvider = time },
        };
        var connecting = new HappyEyeballsConnector(options).ConnectAsync(NetEndPoint.Loopback(silent.Port));
        time.Advance(TimeSpan.FromSeconds(9));
        Assert.False(connecting.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        await connecting.ThrowsAsync(ConnectionError.TimedOut);
    }

    [Fact]
    public async Task ConnectAsync_IdlePeriod_IsTheConnectionsFromTheStart()
    {
        await using var server = Server.Listen(0);
        await using var client = await Connection.ConnectAsync(server.LocalEndPoint, new ConnectionOptions { IdlePeriod = TimeSpan.FromMilliseconds(1) }).Soon();
        await client.WaitForIdleAsync().Soon();
        Assert.Null(client.CloseReason);
    }

    [Fact]
    public async Task Cancelled_WhileConnecting_EndsAtOnceAndTheServerSeesNobodyLater()
    {
        using var silent = new SilentListener(IPAddress.Loopback, 0);
        using var cancel = new CancellationTokenSource();
        var connecting = Connection.ConnectAsync(NetEndPoint.Loopback(silent.Port), cancel.Token);
        Assert.False(connecting.IsCompleted);
        await cancel.CancelAsync();
        Assert.Equal(cancel.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.Soon())).CancellationToken);
    }

    [Fact]
    public async Task Cancelled_Before_NobodyIsConnectedTo()
    {
        await using var server = Server.Listen(0);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Connection.ConnectAsync(server.LocalEndPoint, new CancellationToken(true)));
        await server.NobodyCameAsync();
    }

    [Fact]
    public async Task Resolver_NoAddress_EndsTheConnectAndSaysSo()
    {
        var connector = new HappyEyeballsConnector(new() { Resolver = new ScriptedResolver().Add("empty.test") });
        var thrown = await Assert.ThrowsAsync<ConnectionException>(() => connector.ConnectAsync("empty.test", 80).Soon());
        Assert.Equal(ConnectionError.HostNotFound, thrown.Error);
        Assert.Equal(new DnsEndPoint("empty.test", 80), thrown.EndPoint);
    }

    [Fact]
    public async Task Policy_MappedSpelling_IsTheIPv4Address()
    {
        var list = new BlockList();
        list.AddAddress("127.0.0.1");
        var connector = new HappyEyeballsConnector(new() { Policy = list });
        foreach (var host in (string[])["127.0.0.1", "::ffff:127.0.0.1", "::ffff:7f00:1"])
            Assert.Equal(ConnectionError.Denied, (await Assert.ThrowsAsync<ConnectionException>(() => connector.ConnectAsync(host, 9).Soon())).Error);
    }

    [Fact]
    public async Task Policy_RebindingName_IsJudgedAtTheAddressThatIsDialled()
    {
        var list = new BlockList();
        list.AddCidr("127.0.0.0/8");
        await using var server = Server.Listen(0);
        var connector = new HappyEyeballsConnector(new() { Policy = list, Resolver = new ScriptedResolver().Add("rebound.test", IPAddress.Loopback) });
        Assert.Equal(ConnectionError.Denied, (await Assert.ThrowsAsync<ConnectionException>(() => connector.ConnectAsync("rebound.test", server.Port()).Soon())).Error);
        await server.NobodyCameAsync();
    }

    [Theory]
    [InlineData(nameof(HappyEyeballsOptions.AttemptDelay))]
    [InlineData(nameof(HappyEyeballsOptions.ConnectTimeout))]
    [InlineData(nameof(AddressSelectionOptions.Family))]
    [InlineData(nameof(AddressSelectionOptions.LocalPort))]
    [InlineData(nameof(AddressSelectionOptions.MaxAddresses))]
    public void Options_OutOfRange_NameTheParameter(string name)
    {
        Func<HappyEyeballsOptions> make = name switch
        {
            nameof(HappyEyeballsOptions.AttemptDelay) => () => new() { AttemptDelay = TimeSpan.FromMilliseconds(9) },
            nameof(HappyEyeballsOptions.ConnectTimeout) => () => new() { ConnectTimeout = TimeSpan.Zero },
            nameof(AddressSelectionOptions.Family) => () => new() { Addresses = { Family = AddressFamily.Unix } },
            nameof(AddressSelectionOptions.LocalPort) => () => new() { Addresses = { LocalPort = -1 } },
            _ => () => new() { Addresses = { MaxAddresses = 0 } },
        };
        Assert.Equal(name, Assert.Throws<ArgumentOutOfRangeException>(make).ParamName);
    }

    [Fact]
    public async Task Attempts_OfAName_AreTheEndPointsInOrderTheLastOneConnected()
    {
        await using var server = Server.Listen(new IPEndPoint(IPAddress.IPv6Loopback, 0));
        var resolver = new ScriptedResolver().Add("host.test", IPAddress.Parse("127.0.0.2"), IPAddress.IPv6Loopback);
        var connector = new HappyEyeballsConnector(new() { Resolver = resolver, Addresses = { PreferredFamily = AddressFamily.InterNetwork }, AttemptDelay = TimeSpan.FromSeconds(2) });
        await using var client = await connector.ConnectAsync("host.test", server.Port()).Soon();
        await using var accepted = await server.AcceptAsync().Soon();
        // Whichever goes first by RFC 6724, the connected one is the last, and its text can be read back.
        Assert.Equal(server.LocalEndPoint, client.Attempts[^1].EndPoint);
        Assert.Null(client.Attempts[^1].Error);
        Assert.Equal(server.LocalEndPoint, NetEndPoint.Parse(NetEndPoint.Format(client.Attempts[^1].EndPoint)));
        Assert.Empty(accepted.Attempts);
    }
}

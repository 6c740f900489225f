using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Net.Async.Testing;

namespace Net.Async.Tests.Connecting;

/// <summary>The other ways to connect: from an address of one's own, to the bare socket, in old spellings, without a timer.</summary>
public class ConnectWaysTests : LeakCheck
{
    [Fact]
    public async Task LocalAddresses_OneFamily_BindsItAndSkipsTheOther()
    {
        await using var server = Server.Listen(0);
        var resolver = new ScriptedResolver().Add("host.test", IPAddress.IPv6Loopback, IPAddress.Loopback);
        var connector = new HappyEyeballsConnector(new() { Resolver = resolver, Addresses = { LocalAddresses = [IPAddress.Parse("127.0.0.5")] } });
        foreach (EndPoint endPoint in new EndPoint[] { new DnsEndPoint("host.test", server.Port()), server.LocalEndPoint })
        {
            await using var client = await connector.ConnectAsync(endPoint).Soon();
            await using var accepted = await server.AcceptAsync().Soon();
            Assert.Equal(IPAddress.Parse("127.0.0.5"), ((IPEndPoint)accepted.RemoteEndPoint!).Address);
            Assert.Single(client.Attempts);
        }

        Assert.Equal([("host.test", AddressFamily.InterNetwork)], resolver.Queries);
        var exception = await Assert.ThrowsAsync<ConnectionException>(() => connector.ConnectAsync("::1", server.Port()).Soon());
        Assert.Equal(ConnectionError.AddressNotAvailable, exception.Error);
        exception = await Assert.ThrowsAsync<ConnectionException>(() => connector.ConnectAsync(new DnsEndPoint("host.test", 80, AddressFamily.InterNetworkV6)).Soon());
        Assert.Equal(ConnectionError.AddressNotAvailable, exception.Error);
    }

    [Fact]
    public async Task LocalPort_FromIt_IsThePeersPort()
    {
        await using var server = Server.Listen(0);
        // Free on this address, since the system gave it to the server on another.
        var port = server.Port();
        var connector = new HappyEyeballsConnector(new() { Addresses = { LocalAddresses = [IPAddress.Parse("127.0.0.7")], LocalPort = port } });
        await using var client = await connector.ConnectAsync(server.LocalEndPoint).Soon();
        await using var accepted = await server.AcceptAsync().Soon();
        Assert.Equal(new IPEndPoint(IPAddress.Parse("127.0.0.7"), port), accepted.RemoteEndPoint);
        // The same four numbers are in use.
        var taken = await Assert.ThrowsAsync<ConnectionException>(() => connector.ConnectAsync(server.LocalEndPoint).Soon());
        Assert.True(taken.Error is ConnectionError.AddressInUse or ConnectionError.AddressNotAvailable, taken.ToString());
        Assert.Contains($"from 127.0.0.7:{port}", taken.Message, StringComparison.Ordinal);
        Assert.Equal("LocalPort", Assert.Throws<ArgumentOutOfRangeException>(() => new HappyEyeballsOptions { Addresses = { LocalPort = 65536 } }).ParamName);
    }

    [Fact]
    public async Task ConnectAsync_BarePort_IsLocalhost()
    {
        await using var server = Server.Listen(0);
        await using var client = await Connection.ConnectAsync(server.Port()).Soon();
        await using var accepted = await server.AcceptAsync().Soon();
        Assert.Equal(client.LocalEndPoint, accepted.RemoteEndPoint);
        Assert.Equal("port", (await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Connection.ConnectAsync(0))).ParamName);
    }

    [Fact]
    public async Task LocalAddresses_NotOfThisMachine_FailsByName()
    {
        await using var server = Server.Listen(0);
        var connector = new HappyEyeballsConnector(new() { Addresses = { LocalAddresses = [IPAddress.Parse("192.0.2.77")] } });
        Assert.Equal(ConnectionError.AddressNotAvailable, (await Assert.ThrowsAsync<ConnectionException>(() => connector.ConnectAsync(server.LocalEndPoint).Soon())).Error);
    }

    [Fact]
    public async Task Family_LiteralOfTheOther_IsRefusedByName()
    {
        var connector = new HappyEyeballsConnector(new() { Addresses = { Family = AddressFamily.InterNetworkV6 } });
        var exception = await Assert.ThrowsAsync<ConnectionException>(() => connector.ConnectAsync("127.0.0.1", 80).Soon());
        Assert.Equal(ConnectionError.AddressFamilyNotSupported, exception.Error);
    }

    [Fact]
    public async Task ConnectSocketAsync_NameOrLiteral_IsABlockingSocket()
    {
        await using var server = Server.Listen(0);
        var connector = new HappyEyeballsConnector(new() { Resolver = new ScriptedResolver().Add("host.test", IPAddress.Parse("127.0.0.2"), IPAddress.Loopback) });
        foreach (EndPoint endPoint in new EndPoint[] { new DnsEndPoint("host.test", server.Port()), server.LocalEndPoint })
        {
            using var socket = await connector.ConnectSocketAsync(endPoint).Soon();
            await using var accepted = await server.AcceptAsync().Soon();
            Assert.True(socket.Blocking && socket.NoDelay);
            await accepted.Output.WriteAsync("hello"u8.ToArray());
            var buffer = new byte[5];
            await new NetworkStream(socket).ReadExactlyAsync(buffer).AsTask().Soon();
            Assert.Equal("hello"u8.ToArray(), buffer);
        }
    }

    [Fact]
    public async Task AllowLegacyIPv4_OldSpellings_AreAddressesOnlyThen()
    {
        await using var server = Server.Listen(0);
        var connector = new HappyEyeballsConnector(new() { Addresses = { AllowLegacyIPv4 = true } });
        foreach (var host in new[] { "127.1", "0x7f.1", "2130706433" })
        {
            await using var client = await connector.ConnectAsync(host, server.Port()).Soon();
            await (await server.AcceptAsync().Soon()).DisposeAsync();
            Assert.Equal(server.LocalEndPoint, client.RemoteEndPoint);
            await Assert.ThrowsAsync<ArgumentException>(() => new HappyEyeballsConnector().ConnectAsync(host, server.Port()));
            await Assert.ThrowsAsync<ArgumentException>(() => new HappyEyeballsConnector().ConnectAsync(new DnsEndPoint(host, server.Port())));
        }
    }

    [Fact]
    public async Task ConnectAsync_Localhost_AsksNobody()
    {
        await using var server = Server.Listen(0);
        var resolver = new ScriptedResolver();
        await using var client = await new HappyEyeballsConnector(new() { Resolver = resolver }).ConnectAsync("my.localhost", server.Port()).Soon();
        await (await server.AcceptAsync().Soon()).DisposeAsync();
        Assert.Empty(resolver.Queries);
    }

    [Fact]
    public async Task ConnectAsync_InternationalName_IsAskedForAsNameServersKnowIt()
    {
        await using var server = Server.Listen(0);
        var resolver = new ScriptedResolver().Add("xn--bcher-kva.test", IPAddress.Loopback);
        await using var client = await new HappyEyeballsConnector(new() { Resolver = resolver }).ConnectAsync("bücher.test", server.Port()).Soon();
        await (await server.AcceptAsync().Soon()).DisposeAsync();
        Assert.All(resolver.Queries, query => Assert.Equal("xn--bcher-kva.test", query.Host));
    }

    [Fact]
    public async Task ConfigureSocket_EveryAttempt_IsAskedBeforeItConnects()
    {
        await using var server = Server.Listen(0);
        var seen = new List<(EndPoint, bool)>();
        var options = new HappyEyeballsOptions { Addresses = { ConfigureSocket = (socket, endPoint) => seen.Add((endPoint, socket.Connected)) } };
        await using var client = await new HappyEyeballsConnector(options).ConnectAsync(server.LocalEndPoint).Soon();
        await (await server.AcceptAsync().Soon()).DisposeAsync();
        Assert.Equal([(server.LocalEndPoint, false)], seen);
        options = new HappyEyeballsOptions { Addresses = { ConfigureSocket = (_, _) => throw new InvalidDataException() } };
        var exception = await Assert.ThrowsAsync<ConnectionException>(() => new HappyEyeballsConnector(options).ConnectAsync(server.LocalEndPoint).Soon());
        Assert.IsType<InvalidDataException>(exception.InnerException);
    }

    [Fact]
    public async Task ConnectAsync_LiteralOrSingleAddress_MakesNoTimerOfItsOwn()
    {
        await using var server = Server.Listen(0);
        var time = new CountingTime();
        var connector = new HappyEyeballsConnector(new() { Resolver = new ScriptedResolver().Add("host.test", IPAddress.Loopback), TimeProvider = time });
        for (var i = 0; i < 20; i++)
        {
            await using var client = await connector.ConnectAsync(i % 2 == 0 ? server.LocalEndPoint : new DnsEndPoint("host.test", server.Port())).Soon();
            await (await server.AcceptAsync().Soon()).DisposeAsync();
        }

        // The connector's own, for all time limits together.
        Assert.Equal(1, time.Timers);
    }

    [Fact]
    public async Task ConnectAsync_EstablishLooksAtNoToken_CancelsAllTheSame()
    {
        await using var server = Server.Listen(0);
        var connector = new HappyEyeballsConnector(new() { Resolver = new ScriptedResolver().Add("host.test", IPAddress.Loopback) });
        var never = new TaskCompletionSource<int>();
        foreach (EndPoint endPoint in new EndPoint[] { new DnsEndPoint("host.test", server.Port()), server.LocalEndPoint })
        {
            using var cancel = new CancellationTokenSource();
            var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var connecting = connector.ConnectAsync(endPoint, (_, _) =>
            {
                entered.SetResult();
                return new ValueTask<int>(never.Task);
            }, cancel.Token);
            await using var accepted = await server.AcceptAsync().Soon();
            await entered.Task.Soon();
            await cancel.CancelAsync();
            Assert.Equal(cancel.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.Soon())).CancellationToken);
            await Assert.ThrowsAsync<ConnectionException>(() => accepted.Input.ReadAsync().Soon());
        }

        never.SetResult(0);
    }

    [Fact]
    public async Task ConnectAsync_500EqualFinishes_OneWinnerAndNothingLeft()
    {
        var first = IPAddress.Parse("127.0.0.2");
        await using var server = Server.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        await using var other = Server.Listen(new IPEndPoint(first, server.Port()));
        var connector = new HappyEyeballsConnector(new()
        {
            Resolver = new ScriptedResolver().Add("host.test", first, IPAddress.Loopback),
            AttemptDelay = TimeSpan.FromMilliseconds(10),
        });
        for (var i = 0; i < 500; i++)
        {
            // Both are connected, and both are let go at the same moment.
            var (ready, results) = (new CountdownEvent(2), new List<Session>());
            var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var winner = await connector.ConnectAsync(new DnsEndPoint("host.test", server.Port()), async (connection, _) =>
            {
                var session = new Session(connection);
                lock (results)
                    results.Add(session);
                if (ready.Signal())
                    go.SetResult();
                await go.Task;
                return session;
            }).Soon();
            await using var accepted = await server.AcceptAsync().Soon();
            await using var acceptedToo = await other.AcceptAsync().Soon();
            await Eventually.IsAsync(() => results.Count(session => session.IsDisposed) == 1, "the loser's session is not disposed");
            Assert.False(winner.IsDisposed);
            Assert.Equal(ConnectionState.Open, winner.Connection.State);
            await winner.Connection.DisposeAsync();
        }
    }

    [Fact]
    public void Nat64Prefixes_LocalAddresses_AreCheckedWhereSet()
    {
        Assert.Throws<ArgumentException>(() => new HappyEyeballsOptions { Addresses = { Nat64Prefixes = [IPNetwork.Parse("64:ff9b::/95")] } });
        Assert.Throws<ArgumentException>(() => new HappyEyeballsOptions { Addresses = { Nat64Prefixes = [.. Enumerable.Repeat(IPNetwork.Parse("64:ff9b::/96"), 17)] } });
        Assert.Throws<ArgumentException>(() => new HappyEyeballsOptions { Addresses = { LocalAddresses = [IPAddress.Loopback, IPAddress.Any] } });
        Assert.Throws<ArgumentNullException>(() => new HappyEyeballsOptions { Addresses = { LocalAddresses = null! } });
        Assert.Throws<ArgumentOutOfRangeException>(() => new HappyEyeballsOptions { Memory = { MaxRememberedHosts = 0 } });
        Assert.Throws<ArgumentOutOfRangeException>(() => new HappyEyeballsOptions { Memory = { OutcomeLifetime = TimeSpan.Zero } });
        Assert.Throws<ArgumentNullException>(() => new HappyEyeballsOptions { Policy = null! });
        Assert.Throws<ArgumentNullException>(() => new HappyEyeballsOptions { Addresses = { AddressPolicies = null! } });
    }

    private sealed class Session(Connection connection) : IDisposable
    {
        private volatile bool _disposed;

        public Connection Connection => connection;

        public bool IsDisposed => _disposed;

        public void Dispose() => _disposed = true;
    }

    private sealed class CountingTime : TimeProvider
    {
        private int _timers;

        public int Timers => _timers;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Interlocked.Increment(ref _timers);
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}

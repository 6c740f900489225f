using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using Net.Async.Testing;
using Net.Async.Tests.Contract;
using Xunit.Abstractions;

namespace Net.Async.Tests.Connecting;

/// <summary>The race on real sockets of the loopback, with a clock that the test moves.</summary>
public class HappyEyeballsConnectorTests(ITestOutputHelper output) : LeakCheck
{
    private static readonly IPAddress s_first = IPAddress.Parse("127.0.0.2");
    private static readonly TimeSpan s_delay = new HappyEyeballsOptions().AttemptDelay;

    [Fact]
    public async Task ConnectAsync_FirstAddressRefuses_TheNextIsTriedAtOnce()
    {
        await using var server = Server.Listen(0);
        var events = new ConnectEvents();
        // The longest delay: the refusal starts the second attempt, also on a machine that stalls for a while.
        var connector = Connector(new ScriptedResolver().Add("host.test", s_first, IPAddress.Loopback), events, delay: TimeSpan.FromSeconds(2));
        await using var client = await connector.ConnectAsync("host.test", server.Port()).Soon();
        await using var accepted = await server.AcceptAsync().Soon();
        Assert.Equal([s_first, IPAddress.Loopback], client.Attempts.Select(attempt => ((IPEndPoint)attempt.EndPoint).Address));
        Assert.IsType<ConnectionException>(client.Attempts[0].Error);
        Assert.Null(client.Attempts[1].Error);
        Assert.Equal(
            [ConnectEventKind.LookupStarted, ConnectEventKind.LookupFinished, ConnectEventKind.LookupStarted, ConnectEventKind.LookupFinished,
             ConnectEventKind.AttemptStarted, ConnectEventKind.AttemptFailed, ConnectEventKind.AttemptStarted, ConnectEventKind.Connected],
            events.Kinds);
    }

    [Fact]
    public async Task ConnectAsync_FirstAddressIsSilent_TheNextWinsAndTheFirstIsClosed()
    {
        await using var server = Server.Listen(0);
        using var silent = new SilentListener(s_first, server.Port());
        var time = new FakeTimeProvider();
        var events = new ConnectEvents();
        var connector = Connector(new ScriptedResolver().Add("host.test", s_first, IPAddress.Loopback), events, time);
        var connecting = connector.ConnectAsync("host.test", server.Port());
        await Eventually.IsAsync(() => events.Kinds.Contains(ConnectEventKind.AttemptStarted), "no attempt");
        time.Advance(s_delay - TimeSpan.FromMilliseconds(1));
        Assert.DoesNotContain(ConnectEventKind.AttemptDelayElapsed, events.Kinds);
        time.Advance(TimeSpan.FromMilliseconds(1));
        await using var client = await connecting.Soon();
        await using var accepted = await server.AcceptAsync().Soon();
        Assert.Equal(IPAddress.Loopback, ((IPEndPoint)client.RemoteEndPoint!).Address);
        Assert.Equal([ConnectEventKind.AttemptStarted, ConnectEventKind.AttemptDelayElapsed, ConnectEventKind.AttemptStarted, ConnectEventKind.AttemptCancelled, ConnectEventKind.Connected],
            events.Kinds.Where(kind => kind > ConnectEventKind.LookupFinished));
        Assert.Equal(s_delay, client.Attempts[1].StartedAfter);
    }

    [Fact]
    public async Task ConnectAsync_EveryAddressFails_ListsEach()
    {
        var port = UnusedPort();
        var exception = await Assert.ThrowsAsync<ConnectionException>(() =>
            Connector(new ScriptedResolver().Add("host.test", s_first, IPAddress.Loopback)).ConnectAsync("host.test", port).Soon());
        Assert.Equal(ConnectionError.Refused, exception.Error);
        Assert.Equal(SocketError.ConnectionRefused, exception.SocketError);
        Assert.Equal(2, exception.Attempts.Count);
        Assert.Matches(@"^Could not connect to host\.test:\d+: none of 2 addresses answered; 127\.0\.0\.2:\d+ Refused after \d+ ms; 127\.0\.0\.1:\d+ Refused after \d+ ms\.$", exception.Message);
    }

    [Fact]
    public async Task ConnectAsync_DeadlinePasses_ClosesAndSaysSo()
    {
        using var silent = new SilentListener(s_first, 0);
        var time = new FakeTimeProvider();
        var events = new ConnectEvents();
        var connecting = Connector(new ScriptedResolver().Add("host.test", s_first), events, time).ConnectAsync("host.test", silent.Port);
        await Eventually.IsAsync(() => events.Kinds.Contains(ConnectEventKind.AttemptStarted), "no attempt");
        time.Advance(TimeSpan.FromSeconds(30));
        var exception = await Assert.ThrowsAsync<ConnectionException>(() => connecting.Soon());
        Assert.Equal(ConnectionError.TimedOut, exception.Error);
        Assert.Single(exception.Attempts);
    }

    [Fact]
    public async Task ConnectAsync_10000CancelledAtAnyMoment_LeaveNothing()
    {
        // What other tests left behind is theirs.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var unobserved = new ConcurrentQueue<Exception>();
        void Count(object? sender, UnobservedTaskExceptionEventArgs e) => unobserved.Enqueue(e.Exception);
        TaskScheduler.UnobservedTaskException += Count;
        await using var server = Server.Listen(0);
        using var silent = new SilentListener(s_first, server.Port());
        var serving = server.ServeAsync(ServerTests.Echo);
        var connector = Connector(new ScriptedResolver().Add("host.test", s_first, IPAddress.Loopback), delay: TimeSpan.FromMilliseconds(10));
        var random = Seed.Start(output);
        for (var round = 0; round < 100; round++)
            await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => CancelAfterAsync(connector, server.Port(), TimeSpan.FromMicroseconds(random.Next(40_000)))));
        await server.StopAsync().Soon();
        await serving.Soon();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        TaskScheduler.UnobservedTaskException -= Count;
        Assert.Empty(unobserved);
    }

    private static async Task CancelAfterAsync(HappyEyeballsConnector connector, int port, TimeSpan delay)
    {
        using var cancel = new CancellationTokenSource(delay);
        try
        {
            await using var connection = await connector.ConnectAsync("host.test", port, cancel.Token).Soon();
        }
        catch (OperationCanceledException exception)
        {
            Assert.Equal(cancel.Token, exception.CancellationToken);
        }
    }

    [Fact]
    public async Task ConnectAsync_TokenCancelledBefore_AsksNobody()
    {
        var resolver = new ScriptedResolver().Add("host.test", IPAddress.Loopback);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Connector(resolver).ConnectAsync("host.test", 80, new CancellationToken(canceled: true)));
        Assert.Empty(resolver.Queries);
    }

    [Fact]
    public async Task ConnectAsync_LookUpsEndBadly_SayWhich()
    {
        var resolver = new ScriptedResolver().Add("none.test").Fail("broken.test", AddressFamily.InterNetwork, TimeSpan.Zero, ConnectionError.TimedOut);
        Assert.Equal(ConnectionError.HostNotFound, (await Assert.ThrowsAsync<ConnectionException>(() => Connector(resolver).ConnectAsync("none.test", 80).Soon())).Error);
        Assert.Equal(ConnectionError.HostNotFound, (await Assert.ThrowsAsync<ConnectionException>(() => Connector(resolver).ConnectAsync("unknown.test", 80).Soon())).Error);
        var exception = await Assert.ThrowsAsync<ConnectionException>(() => Connector(new Thrower()).ConnectAsync("host.test", 80).Soon());
        Assert.IsType<NotImplementedException>(exception.InnerException);
        Assert.Empty(exception.Attempts);
    }

    [Fact]
    public async Task ConnectAsync_OneFamilyNeverAnswers_TheOtherConnects()
    {
        await using var server = Server.Listen(0);
        var time = new FakeTimeProvider();
        var resolver = new ScriptedResolver(time)
            .Add("host.test", AddressFamily.InterNetworkV6, Timeout.InfiniteTimeSpan).Add("host.test", AddressFamily.InterNetwork, TimeSpan.Zero, IPAddress.Loopback);
        var connecting = Connector(resolver, time: time).ConnectAsync("host.test", server.Port());
        await Eventually.IsAsync(() => resolver.Queries.Count == 2, "not both families were asked");
        Assert.False(connecting.IsCompleted);
        time.Advance(new HappyEyeballsOptions().ResolutionDelay);
        await using var client = await connecting.Soon();
        await (await server.AcceptAsync().Soon()).DisposeAsync();
    }

    [Fact]
    public async Task ConnectAsync_EstablishFailsOnTheFirst_TheNextWins()
    {
        await using var first = Server.Listen(new IPEndPoint(s_first, 0));
        await using var server = Server.Listen(new IPEndPoint(IPAddress.Loopback, first.Port()));
        var connector = Connector(new ScriptedResolver().Add("host.test", s_first, IPAddress.Loopback));
        var (greeting, client) = await connector.ConnectAsync(new DnsEndPoint("host.test", first.Port()), async (connection, token) =>
        {
            if (((IPEndPoint)connection.RemoteEndPoint!).Address.Equals(s_first))
                throw new InvalidDataException("no greeting");
            await connection.Output.WriteAsync("hello"u8.ToArray(), token);
            return (Greeting: "hello", Connection: connection);
        }).Soon();
        await using var winner = client;
        Assert.Equal("hello", greeting);
        await using var refused = await first.AcceptAsync().Soon();
        await refused.Input.ReadAsync().ThrowsAsync(ConnectionError.Reset);
        await using var accepted = await server.AcceptAsync().Soon();
        Assert.Equal("hello"u8.ToArray(), await accepted.Input.ReadExactlyAsync(5));
        accepted.Input.Complete();
        Assert.IsType<InvalidDataException>(client.Attempts[0].Error);
        Assert.Null(client.Attempts[1].Error);
    }

    [Fact]
    public async Task ConnectAsync_EstablishIsSlow_TheNextStartsBesideIt()
    {
        await using var first = Server.Listen(new IPEndPoint(s_first, 0));
        await using var server = Server.Listen(new IPEndPoint(IPAddress.Loopback, first.Port()));
        var connector = Connector(new ScriptedResolver().Add("host.test", s_first, IPAddress.Loopback), delay: TimeSpan.FromMilliseconds(10));
        await using var client = await connector.ConnectAsync(new DnsEndPoint("host.test", first.Port()), async (connection, token) =>
        {
            if (((IPEndPoint)connection.RemoteEndPoint!).Address.Equals(s_first))
                await Task.Delay(Timeout.Infinite, token);
            return connection;
        }).Soon();
        Assert.Equal(IPAddress.Loopback, ((IPEndPoint)client.RemoteEndPoint!).Address);
        await using var slow = await first.AcceptAsync().Soon();
        await slow.Input.ReadAsync().ThrowsAsync(ConnectionError.Reset);
        await (await server.AcceptAsync().Soon()).DisposeAsync();
    }

    [Fact]
    public async Task ConnectAsync_EstablishFailsEverywhere_TellsWhy()
    {
        await using var server = Server.Listen(0);
        var connector = Connector(new ScriptedResolver().Add("host.test", IPAddress.Loopback));
        var cause = new InvalidDataException("no greeting");
        var exception = await Assert.ThrowsAsync<ConnectionException>(() =>
            connector.ConnectAsync<int>(new DnsEndPoint("host.test", server.Port()), (_, _) => throw cause).Soon());
        Assert.Same(cause, exception.InnerException);
        // The same type for a literal.
        exception = await Assert.ThrowsAsync<ConnectionException>(() => connector.ConnectAsync<int>("127.0.0.1", server.Port(), (_, _) => throw cause).Soon());
        Assert.Same(cause, exception.InnerException);
        Assert.Equal((ConnectionError.EstablishFailed, server.LocalEndPoint), (exception.Error, Assert.Single(exception.Attempts).EndPoint));
        for (var i = 0; i < 2; i++)
            await (await server.AcceptAsync().Soon()).DisposeAsync();
    }

    [Fact]
    public async Task ConnectAsync_ProgressThrows_ConnectsAllTheSame()
    {
        await using var server = Server.Listen(0);
        var options = new HappyEyeballsOptions { Resolver = new ScriptedResolver().Add("host.test", s_first, IPAddress.Loopback), Progress = new Quarreller() };
        await using var client = await new HappyEyeballsConnector(options).ConnectAsync("host.test", server.Port()).Soon();
        await (await server.AcceptAsync().Soon()).DisposeAsync();
    }

    [Fact]
    public async Task ConnectAsync_NoName_ConnectsDirectly()
    {
        await using var server = Server.Listen(0);
        foreach (EndPoint endPoint in new EndPoint[] { server.LocalEndPoint, new DnsEndPoint("127.0.0.1", server.Port()) })
        {
            await using var client = await Connector(new Thrower()).ConnectAsync(endPoint).Soon();
            await (await server.AcceptAsync().Soon()).DisposeAsync();
        }
    }

    [Fact]
    public async Task ConnectAsync_FamilyGiven_AsksOnlyThat()
    {
        await using var server = Server.Listen(0);
        var resolver = new ScriptedResolver().Add("host.test", IPAddress.Loopback, IPAddress.IPv6Loopback);
        var connector = new HappyEyeballsConnector(new() { Resolver = resolver, Addresses = { Family = AddressFamily.InterNetwork } });
        await using var client = await connector.ConnectAsync("host.test", server.Port()).Soon();
        await (await server.AcceptAsync().Soon()).DisposeAsync();
        Assert.Equal([("host.test", AddressFamily.InterNetwork)], resolver.Queries);
    }

    private static HappyEyeballsConnector Connector(Resolver resolver, ConnectEvents? events = null, TimeProvider? time = null, TimeSpan? delay = null) => new(new()
    {
        Resolver = resolver,
        Progress = events,
        TimeProvider = time ?? TimeProvider.System,
        AttemptDelay = delay ?? s_delay,
    });

    private static int UnusedPort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Any, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private sealed class Quarreller : IProgress<ConnectEvent>
    {
        public void Report(ConnectEvent value) => throw new InvalidOperationException("progress");
    }

    private sealed class Thrower : Resolver
    {
        public override ValueTask<ResolveResult> ResolveAsync(ResolveQuery query, CancellationToken cancellationToken = default) =>
            throw new NotImplementedException();
    }
}

using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.Extensions.Time.Testing;
using Net.Async.Testing;

namespace Net.Async.Tests.Connecting;

/// <summary>Which error leads when no address could be connected to, and what each address is listed with.</summary>
public class ConnectErrorTests : LeakCheck
{
    private const AddressFamily V4 = AddressFamily.InterNetwork, V6 = AddressFamily.InterNetworkV6;

    private static readonly IPAddress s_other = IPAddress.Parse("127.0.0.2");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ConnectAsync_HandshakeFailsBehindARefusal_LeadsAndIsNotTransient(bool refusedFirst)
    {
        var address = refusedFirst ? IPAddress.Loopback : IPAddress.IPv6Loopback;
        await using var server = Server.Listen(new IPEndPoint(address, 0));
        var connector = new HappyEyeballsConnector(new() { ResolutionDelay = TimeSpan.FromSeconds(2) });
        var cause = new AuthenticationException("The certificate is invalid.");

        var exception = await Assert.ThrowsAsync<ConnectionException>(() =>
            connector.ConnectAsync<int>(new DnsEndPoint("localhost", server.Port()), (_, _) => throw cause).Soon());

        Assert.Equal(ConnectionError.EstablishFailed, exception.Error);
        Assert.Same(cause, exception.InnerException);
        Assert.False(TransientConnectionErrors.IsTransient(exception));
        Assert.Equal(2, exception.Attempts.Count);
        Assert.Contains("AuthenticationException after", exception.Message, StringComparison.Ordinal);
        await (await server.AcceptAsync().Soon()).DisposeAsync();
    }

    [Fact]
    public async Task ConnectAsync_HandshakeIsResetByThePeer_IsReset()
    {
        await using var server = Server.Listen(0);
        var connector = Connector(new ScriptedResolver().Add("host.test", IPAddress.Loopback));
        var exception = await Assert.ThrowsAsync<ConnectionException>(() =>
            connector.ConnectAsync<int>(new DnsEndPoint("host.test", server.Port()), (_, _) => throw new ConnectionException(ConnectionError.Reset, "The peer reset the connection.")).Soon());
        Assert.Equal(ConnectionError.Reset, exception.Error);
        Assert.True(TransientConnectionErrors.IsTransient(exception));
        await (await server.AcceptAsync().Soon()).DisposeAsync();
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("host.test")]
    public async Task ConnectAsync_WhatEstablishesGivesUpByItself_IsNoCancellation(string host)
    {
        await using var server = Server.Listen(0);
        var cause = new OperationCanceledException("a limit of its own");
        var exception = await Assert.ThrowsAnyAsync<ConnectionException>(() => Connector(new ScriptedResolver().Add("host.test", IPAddress.Loopback))
            .ConnectAsync<int>(new DnsEndPoint(host, server.Port()), (_, _) => throw cause).Soon());
        Assert.Equal(ConnectionError.EstablishFailed, exception.Error);
        Assert.Same(cause, exception.InnerException);
        await (await server.AcceptAsync().Soon()).DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ConnectAsync_OneFamilyCouldNotTell_IsNotHostNotFound(bool v4Knows)
    {
        foreach (var delay in (int[])[0, 20])
        {
            var resolver = new Failing(family => (family == V4) == v4Knows
                ? (0, new ConnectionException(ConnectionError.HostNotFound, "NXDOMAIN"))
                : (delay, new ConnectionException(ConnectionError.HostNotFound, "EAI_AGAIN", null, new SocketException((int)SocketError.TryAgain))));
            var exception = await Assert.ThrowsAsync<ConnectionException>(() => Connector(resolver).ConnectAsync("host.test", 80).Soon());
            Assert.Equal(ConnectionError.LookupFailed, exception.Error);
            Assert.True(TransientConnectionErrors.IsTransient(exception));
            Assert.Equal(2, exception.LookupErrors.Count);
        }
    }

    [Theory]
    [InlineData(ConnectionError.Unknown, ConnectionError.LookupFailed)]
    [InlineData(ConnectionError.TimedOut, ConnectionError.TimedOut)]
    [InlineData(ConnectionError.LookupFailed, ConnectionError.LookupFailed)]
    public async Task ConnectAsync_OneFamilyHasNoneAndTheOtherFails_IsTransient(ConnectionError error, ConnectionError expected)
    {
        foreach (var (fails, has) in ((AddressFamily, AddressFamily)[])[(V4, V6), (V6, V4)])
        {
            var resolver = new ScriptedResolver().Fail("host.test", fails, TimeSpan.Zero, error).Add("host.test", has, TimeSpan.FromMilliseconds(10));
            var exception = await Assert.ThrowsAsync<ConnectionException>(() => Connector(resolver).ConnectAsync("host.test", 80).Soon());
            Assert.Equal(expected, exception.Error);
            Assert.True(TransientConnectionErrors.IsTransient(exception));
            Assert.Equal("Could not connect to host.test:80: the look-up failed.", exception.Message);
        }
    }

    [Fact]
    public async Task ConnectAsync_EveryFamilySaysThatThereIsNone_IsHostNotFound()
    {
        var resolver = new ScriptedResolver().Fail("host.test", V4, TimeSpan.Zero).Add("host.test", V6, TimeSpan.Zero);
        var exception = await Assert.ThrowsAsync<ConnectionException>(() => Connector(resolver).ConnectAsync("host.test", 80).Soon());
        Assert.Equal(ConnectionError.HostNotFound, exception.Error);
        Assert.False(TransientConnectionErrors.IsTransient(exception));
    }

    [Fact]
    public async Task ConnectAsync_ResolverThrowsOrReturnsNull_SaysSo()
    {
        var cause = new InvalidDataException("scripted");
        var exception = await Assert.ThrowsAsync<ConnectionException>(() => Connector(new Failing(_ => (0, cause))).ConnectAsync("host.test", 80).Soon());
        Assert.Equal((ConnectionError.LookupFailed, "Could not connect to host.test:80: the resolver failed with InvalidDataException."), (exception.Error, exception.Message));
        Assert.Same(cause, exception.InnerException);

        exception = await Assert.ThrowsAsync<ConnectionException>(() => Connector(new Failing(_ => (0, null))).ConnectAsync("host.test", 80).Soon());
        Assert.Equal((ConnectionError.LookupFailed, "Could not connect to host.test:80: the resolver failed with InvalidOperationException."), (exception.Error, exception.Message));
        Assert.Equal("Failing returned null instead of a result.", exception.InnerException!.Message);

        var memory = new MemoryNetwork(resolver: new Failing(_ => (0, null)));
        Assert.Equal(ConnectionError.LookupFailed, (await Assert.ThrowsAsync<ConnectionException>(() => memory.Connector.ConnectAsync("host.test", 80).Soon())).Error);
    }

    [Fact]
    public async Task ConnectAsync_SilentAndRefusedAndNotTried_AreListedAsThat()
    {
        using var silent = new SilentListener(s_other, 0);
        var time = new FakeTimeProvider();
        var events = new ConnectEvents();
        var connector = new HappyEyeballsConnector(new()
        {
            Resolver = new ScriptedResolver().Add("host.test", IPAddress.Loopback, s_other, IPAddress.Parse("127.0.0.3")),
            MaxConcurrentAttempts = 1,
            TimeProvider = time,
            Progress = events,
        });
        var connecting = connector.ConnectAsync("host.test", silent.Port);
        await Eventually.IsAsync(() => events.Kinds.Contains(ConnectEventKind.AttemptFailed), "no refusal");
        // The floor between two starts.
        await Eventually.IsAsync(() => Step(time) && events.Started.Count == 2, "no second attempt");
        time.Advance(TimeSpan.FromSeconds(30));

        var exception = await Assert.ThrowsAsync<ConnectionException>(() => connecting.Soon());

        Assert.Equal(ConnectionError.Refused, exception.Error);
        Assert.Equal([ConnectOutcome.Failed, ConnectOutcome.NoAnswer, ConnectOutcome.NotTried], exception.Attempts.Select(attempt => attempt.Outcome));
        Assert.Equal(ConnectionError.TimedOut, Assert.IsType<ConnectionException>(exception.Attempts[1].Error).Error);
        Assert.Null(exception.Attempts[2].Error);
        Assert.Matches(@"^Could not connect to host\.test:\d+: none of 2 addresses answered within 30 s; 127\.0\.0\.1:\d+ Refused after \d+ ms; 127\.0\.0\.2:\d+ no answer after \d+ ms; 127\.0\.0\.3:\d+ not tried\.$", exception.Message);
        Assert.DoesNotContain("Canceled", exception.ToString(), StringComparison.Ordinal);

        static bool Step(FakeTimeProvider time)
        {
            time.Advance(TimeSpan.FromMilliseconds(1));
            return true;
        }
    }

    [Fact]
    public async Task ConnectAsync_ConnectedAndNothingEstablishedInTime_LeadsOverARefusal()
    {
        await using var server = Server.Listen(0);
        var time = new FakeTimeProvider();
        var connector = new HappyEyeballsConnector(new() { Resolver = new ScriptedResolver().Add("host.test", s_other, IPAddress.Loopback), TimeProvider = time });
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var connecting = connector.ConnectAsync<int>(new DnsEndPoint("host.test", server.Port()), async (_, token) =>
        {
            entered.TrySetResult();
            await Task.Delay(Timeout.Infinite, token);
            return 0;
        });
        await Eventually.IsAsync(() => Step(time) && entered.Task.IsCompleted, "nothing connected");
        time.Advance(TimeSpan.FromSeconds(30));
        var exception = await Assert.ThrowsAsync<ConnectionException>(() => connecting.Soon());
        Assert.Equal(ConnectionError.TimedOut, exception.Error);
        Assert.Contains("connected, nothing established after", exception.Message, StringComparison.Ordinal);
        Assert.Null(exception.InnerException);
        await (await server.AcceptAsync().Soon()).DisposeAsync();

        static bool Step(FakeTimeProvider time)
        {
            time.Advance(TimeSpan.FromMilliseconds(1));
            return true;
        }
    }

    [LinuxFact]
    public async Task ConnectAsync_LinkLocalWithoutItsInterface_ExplainsAsALiteralDoes()
    {
        var exception = await Assert.ThrowsAsync<ConnectionException>(() => Connector(new ScriptedResolver().Add("host.test", IPAddress.Parse("fe80::1"))).ConnectAsync("host.test", 80).Soon());
        Assert.Contains("fe80::1 needs its interface, as in fe80::1%eth0", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Invalid argument", exception.Message, StringComparison.Ordinal);
        Assert.Equal("The link-local address fe80::1 needs its interface, as in fe80::1%eth0.", Assert.Single(exception.Attempts).Error!.Message);
    }

    [Fact]
    public async Task ConnectAsync_MappedAnswerForIPv6_IsListed()
    {
        var mapped = IPAddress.Parse("::ffff:192.0.2.1");
        var exception = await Assert.ThrowsAsync<ConnectionException>(() => Connector(new Answering(V6, mapped)).ConnectAsync("host.test", 80).Soon());
        Assert.Equal(ConnectionError.AddressFamilyNotSupported, exception.Error);
        var attempt = Assert.Single(exception.Attempts);
        Assert.Equal((new IPEndPoint(mapped, 80), ConnectOutcome.NotTried), (attempt.EndPoint, attempt.Outcome));
        Assert.Equal("Could not connect to host.test:80: the answer has no address of the family that was asked for; "
            + "[::ffff:192.0.2.1]:80 not tried (It is of another family than was asked for; an IPv4-mapped address is no answer for IPv6).", exception.Message);
    }

    [Fact]
    public async Task ConnectAsync_OvertakenAttempt_IsNoCancellation()
    {
        await using var server = Server.Listen(0);
        using var silent = new SilentListener(s_other, server.Port());
        var connector = new HappyEyeballsConnector(new() { Resolver = new ScriptedResolver().Add("host.test", s_other, IPAddress.Loopback), AttemptDelay = TimeSpan.FromMilliseconds(10) });
        await using var client = await connector.ConnectAsync("host.test", server.Port()).Soon();
        await (await server.AcceptAsync().Soon()).DisposeAsync();
        Assert.Equal([ConnectOutcome.NoAnswer, ConnectOutcome.Connected], client.Attempts.Select(attempt => attempt.Outcome));
        Assert.Equal(ConnectionError.TimedOut, Assert.IsType<ConnectionException>(client.Attempts[0].Error).Error);
        Assert.Matches(@"^127\.0\.0\.2:\d+ no answer after \d+ ms$", client.Attempts[0].ToString());
        Assert.Matches(@"^127\.0\.0\.1:\d+ connected after \d+ ms$", client.Attempts[1].ToString());
    }

    [Fact]
    public async Task MaxConcurrentAttempts_ASeventhAddressBehindSixSilentOnes_Connects()
    {
        Assert.Equal(64, new HappyEyeballsOptions().MaxConcurrentAttempts);
        Assert.Equal(9, new HappyEyeballsOptions { Addresses = { MaxAddresses = 9 } }.MaxConcurrentAttempts);
        IPAddress[] addresses = [.. Enumerable.Range(11, 8).Select(static last => IPAddress.Parse($"127.0.0.{last}"))];
        await using var server = Server.Listen(new IPEndPoint(addresses[7], 0));
        List<SilentListener> silent = [.. addresses[..7].Select(address => new SilentListener(address, server.Port()))];
        var connector = new HappyEyeballsConnector(new() { Resolver = new ScriptedResolver().Add("host.test", addresses), AttemptDelay = TimeSpan.FromMilliseconds(10) });
        await using (var client = await connector.ConnectAsync("host.test", server.Port()).Soon())
            Assert.Equal(8, client.Attempts.Count);
        await (await server.AcceptAsync().Soon()).DisposeAsync();
        silent.ForEach(static listener => listener.Dispose());
    }

    [LinuxFact]
    public async Task ConnectAsync_ConnectFailsLocally_TheNextStartsWithoutTheFloor()
    {
        await using var server = Server.Listen(0);
        var time = new FakeTimeProvider();
        // connect(2) says ENETUNREACH to a broadcast address, and the datagram socket that is asked for the route does not: the clock does not move all the while.
        var connector = new HappyEyeballsConnector(new()
        {
            Resolver = new ScriptedResolver().Add("host.test", IPAddress.Parse("127.255.255.255"), IPAddress.Loopback),
            SourceOf = static _ => IPAddress.Loopback,
            TimeProvider = time,
        });
        await using var client = await connector.ConnectAsync("host.test", server.Port()).Soon();
        await (await server.AcceptAsync().Soon()).DisposeAsync();
        Assert.Equal(ConnectionError.NetworkUnreachable, Assert.IsType<ConnectionException>(client.Attempts[0].Error).Error);
        Assert.Equal(TimeSpan.Zero, client.Attempts[1].StartedAfter);
    }

    private static HappyEyeballsConnector Connector(Resolver resolver) => new(new() { Resolver = resolver });

    /// <summary>Answers one family, and the other with nothing.</summary>
    private sealed class Answering(AddressFamily family, params IPAddress[] addresses) : Resolver
    {
        public override ValueTask<ResolveResult> ResolveAsync(ResolveQuery query, CancellationToken cancellationToken = default) =>
            new(new ResolveResult(query.Family == family ? addresses : []));
    }

    /// <summary>Fails after so many milliseconds, or answers null.</summary>
    private sealed class Failing(Func<AddressFamily, (int Delay, Exception? Error)> answer) : Resolver
    {
        public override async ValueTask<ResolveResult> ResolveAsync(ResolveQuery query, CancellationToken cancellationToken = default)
        {
            var (delay, error) = answer(query.Family);
            if (delay > 0)
                await Task.Delay(delay, cancellationToken);
            return error is null ? null! : throw error;
        }
    }
}

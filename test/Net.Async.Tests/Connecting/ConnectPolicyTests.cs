using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Net.Async.Testing;

namespace Net.Async.Tests.Connecting;

/// <summary>A policy judges every address before a socket is made for it, and once more when it is connected.</summary>
public class ConnectPolicyTests : LeakCheck
{
    private static readonly IPAddress s_denied = IPAddress.Parse("127.0.0.2");

    [Fact]
    public async Task ConnectAsync_LiteralDenied_MakesNoSocket()
    {
        await using var server = Server.Listen(new IPEndPoint(s_denied, 0));
        var connector = Connector(new ScriptedResolver(), new Denying(s_denied));
        foreach (EndPoint endPoint in new EndPoint[] { server.LocalEndPoint, new DnsEndPoint("127.0.0.2", server.Port()), Mapped(server.LocalEndPoint) })
        {
            var exception = await Assert.ThrowsAsync<ConnectionException>(() => connector.ConnectAsync(endPoint).Soon());
            Assert.Equal(ConnectionError.Denied, exception.Error);
            Assert.EndsWith("the connection policy denies it.", exception.Message, StringComparison.Ordinal);
        }

        await server.NobodyCameAsync();
    }

    [Fact]
    public async Task ConnectAsync_SomeAddressesDenied_TriesTheOthers()
    {
        await using var server = Server.Listen(0);
        await using var forbidden = Server.Listen(new IPEndPoint(s_denied, server.Port()));
        var events = new ConnectEvents();
        var connector = Connector(new ScriptedResolver().Add("host.test", s_denied, IPAddress.Loopback), new Denying(s_denied), events);
        await using var client = await connector.ConnectAsync("host.test", server.Port()).Soon();
        await (await server.AcceptAsync().Soon()).DisposeAsync();
        Assert.Equal(ConnectOutcome.Connected, Assert.Single(client.Attempts).Outcome);
        var denied = Assert.Single(events.All, step => step.Kind == ConnectEventKind.AttemptDenied);
        Assert.Equal(new IPEndPoint(s_denied, server.Port()), denied.EndPoint);
        Assert.Equal($"127.0.0.2:{server.Port()} is denied by Address: IPv4 127.0.0.2.", denied.Error!.Message);
        await forbidden.NobodyCameAsync();
    }

    [Fact]
    public async Task ConnectAsync_AllDenied_SaysSoAndNamesNoAddress()
    {
        await using var server = Server.Listen(new IPEndPoint(s_denied, 0));
        var connector = Connector(new ScriptedResolver().Add("host.test", s_denied), new Denying(s_denied));
        var exception = await Assert.ThrowsAsync<ConnectionException>(() => connector.ConnectAsync("host.test", server.Port()).Soon());
        Assert.Equal(ConnectionError.Denied, exception.Error);
        Assert.Equal((new IPEndPoint(s_denied, server.Port()), ConnectOutcome.Denied), (Assert.Single(exception.Attempts).EndPoint, exception.Attempts[0].Outcome));
        Assert.Equal($"Could not connect to host.test:{server.Port()}: the connection policy denies it.", exception.Message);
        await server.NobodyCameAsync();
    }

    [Fact]
    public async Task ConnectAsync_MixedAnswersFail_OneDeniedAddressDeniesTheName()
    {
        await using var server = Server.Listen(0);
        var policy = new Denying(s_denied, DeniedAnswerMode.Fail);
        // In one answer, and in the other family's, which comes later.
        var resolver = new ScriptedResolver().Add("one.test", IPAddress.Loopback, s_denied)
            .Add("two.test", AddressFamily.InterNetworkV6, TimeSpan.Zero, IPAddress.IPv6Loopback)
            .Add("two.test", AddressFamily.InterNetwork, TimeSpan.FromMilliseconds(60), s_denied);
        foreach (var host in new[] { "one.test", "two.test" })
        {
            var exception = await Assert.ThrowsAsync<ConnectionException>(() => Connector(resolver, policy).ConnectAsync(host, server.Port()).Soon());
            Assert.Equal(ConnectionError.Denied, exception.Error);
            Assert.Equal([ConnectOutcome.NotTried, ConnectOutcome.Denied], exception.Attempts.Select(attempt => attempt.Outcome));
        }

        await server.NobodyCameAsync();
    }

    [Fact]
    public async Task ConnectAsync_DeniedByTheTimeItIsConnected_IsClosed()
    {
        await using var server = Server.Listen(0);
        var asked = 0;
        var connector = Connector(new ScriptedResolver().Add("host.test", IPAddress.Loopback), new Changing(() => ++asked == 1));
        var exception = await Assert.ThrowsAsync<ConnectionException>(() => connector.ConnectAsync("host.test", server.Port()).Soon());
        Assert.Equal(ConnectionError.Denied, exception.Error);
        await using var accepted = await server.AcceptAsync().Soon();
        Assert.True((await accepted.Input.ReadAsync().Soon()).IsCompleted);
    }

    [Fact]
    public async Task ConnectAsync_PolicyThrows_Denies()
    {
        await using var server = Server.Listen(0);
        var connector = Connector(new ScriptedResolver().Add("host.test", IPAddress.Loopback), new Changing(() => throw new InvalidDataException()));
        Assert.Equal(ConnectionError.Denied, (await Assert.ThrowsAsync<ConnectionException>(() => connector.ConnectAsync("host.test", server.Port()).Soon())).Error);
        Assert.Equal(ConnectionError.Denied, (await Assert.ThrowsAsync<ConnectionException>(() => connector.ConnectAsync(server.LocalEndPoint).Soon())).Error);
    }

    [Fact]
    public async Task ConnectAsync_UnixSocket_IsJudgedToo()
    {
        var seen = new ConcurrentQueue<ConnectionCandidate>();
        var connector = Connector(new ScriptedResolver(), new Changing(() => false, seen));
        await Assert.ThrowsAsync<ConnectionException>(() => connector.ConnectAsync(new UnixDomainSocketEndPoint("/nowhere")).Soon());
        var candidate = Assert.Single(seen);
        Assert.Equal((ConnectionDirection.Outbound, null, true), (candidate.Direction, candidate.Host, candidate.EndPoint is UnixDomainSocketEndPoint));
    }

    private static IPEndPoint Mapped(EndPoint endPoint) => new IPEndPoint(((IPEndPoint)endPoint).Address.MapToIPv6(), ((IPEndPoint)endPoint).Port);

    private static HappyEyeballsConnector Connector(Resolver resolver, ConnectionPolicy policy, ConnectEvents? events = null) =>
        new(new() { Resolver = resolver, Policy = policy, Progress = events });

    private sealed class Denying(IPAddress address, DeniedAnswerMode mixed = DeniedAnswerMode.Filter) : ConnectionPolicy
    {
        public override DeniedAnswerMode DeniedAnswers => mixed;

        public override PolicyDecision Evaluate(in ConnectionCandidate candidate) =>
            candidate.EndPoint is IPEndPoint ip && ip.Address.Equals(address) ? PolicyDecision.Deny($"Address: IPv4 {address}") : PolicyDecision.Allow();
    }

    private sealed class Changing(Func<bool> allows, ConcurrentQueue<ConnectionCandidate>? seen = null) : ConnectionPolicy
    {
        public override PolicyDecision Evaluate(in ConnectionCandidate candidate)
        {
            seen?.Enqueue(candidate);
            return allows() ? PolicyDecision.Allow() : PolicyDecision.Deny();
        }
    }
}

using System.Net;
using System.Net.Sockets;
using Net.Async.Testing;
using Net.Async.Tests.Contract;

namespace Net.Async.Tests.Serving;

/// <summary>A policy at the door of a server: nothing is made for a peer that it denies.</summary>
public class ServerPolicyTests : LeakCheck
{
    private static readonly IPAddress s_denied = IPAddress.Parse("127.0.0.9");

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::")]
    public async Task AcceptAsync_DeniedPeer_IsClosedAndTheNextOneServed(string address)
    {
        var policy = new Switch();
        await using var server = Server.Listen(new IPEndPoint(IPAddress.Parse(address), 0), new ServerOptions { Policy = policy });
        var accepting = server.AcceptAsync();
        await using var denied = await FromAsync(s_denied, server);
        Assert.True((await denied.Input.ReadAsync().Soon()).IsCompleted);
        Assert.Equal((1, 0), (server.Denied, server.ConnectionCount));

        await using var allowed = await FromAsync(IPAddress.Loopback, server);
        await (await accepting.Soon()).DisposeAsync();
        // The list changes, and the next peer is judged by it.
        policy.IsOn = false;
        await using var again = await FromAsync(s_denied, server);
        await (await server.AcceptAsync().Soon()).DisposeAsync();
        Assert.Equal(1, server.Denied);
        Assert.All(policy.Seen, candidate => Assert.Equal((AddressFamily.InterNetwork, ConnectionDirection.Inbound), (candidate.EndPoint.AddressFamily, candidate.Direction)));
    }

    [Fact]
    public async Task AcceptAsync_ResetDenied_ThePeerIsReset()
    {
        await using var server = Server.Listen(new IPEndPoint(IPAddress.Loopback, 0), new ServerOptions { Policy = new Switch(), DenyWithReset = true });
        // In the kernel's queue first: a reset that is quicker than the connect ends the connect itself.
        await using var denied = await FromAsync(s_denied, server);
        var accepting = server.AcceptAsync().AsTask();
        await denied.Input.ReadAsync().ThrowsAsync(ConnectionError.Reset);
        await server.StopAsync().Soon();
        await Assert.ThrowsAsync<ConnectionException>(() => accepting.Soon());
    }

    [Fact]
    public async Task ServeAsync_ManyDenied_NoHandlerStarts()
    {
        await using var server = Server.Listen(new IPEndPoint(IPAddress.Loopback, 0), new ServerOptions { Policy = new Switch() });
        var handled = 0;
        var serving = server.ServeAsync((connection, token) =>
        {
            Interlocked.Increment(ref handled);
            return ServerTests.Echo(connection, token);
        });
        for (var i = 0; i < 200; i++)
        {
            await using var denied = await FromAsync(s_denied, server);
            Assert.True((await denied.Input.ReadAsync().Soon()).IsCompleted);
        }

        Assert.Equal((200, 0), (server.Denied, Volatile.Read(ref handled)));
        await server.StopAsync().Soon();
        await serving.Soon();
    }

    [Fact]
    public async Task AcceptAsync_PolicyThrows_Denies()
    {
        await using var server = Server.Listen(new IPEndPoint(IPAddress.Loopback, 0), new ServerOptions { Policy = new Broken() });
        var accepting = server.AcceptAsync().AsTask();
        await using var denied = await FromAsync(IPAddress.Loopback, server);
        Assert.True((await denied.Input.ReadAsync().Soon()).IsCompleted);
        Assert.Equal(1, server.Denied);
        await server.StopAsync().Soon();
        await Assert.ThrowsAsync<ConnectionException>(() => accepting.Soon());
    }

    private static Task<Connection> FromAsync(IPAddress local, Server server) =>
        new HappyEyeballsConnector(new() { Addresses = { LocalAddresses = [local] } }).ConnectAsync(new IPEndPoint(IPAddress.Loopback, ((IPEndPoint)server.LocalEndPoint).Port)).Soon();

    private sealed class Switch : ConnectionPolicy
    {
        public bool IsOn { get; set; } = true;

        public List<ConnectionCandidate> Seen { get; } = [];

        public override PolicyDecision Evaluate(in ConnectionCandidate candidate)
        {
            Seen.Add(candidate);
            return IsOn && ((IPEndPoint)candidate.EndPoint).Address.Equals(s_denied) ? PolicyDecision.Deny("Address: IPv4 127.0.0.9") : PolicyDecision.Allow();
        }
    }

    private sealed class Broken : ConnectionPolicy
    {
        public override PolicyDecision Evaluate(in ConnectionCandidate candidate) => throw new InvalidDataException();
    }
}

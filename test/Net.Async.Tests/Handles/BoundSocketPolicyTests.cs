using System.Net;

namespace Net.Async.Tests;

/// <summary>A socket that was bound before connects only to where its policy lets it.</summary>
public class BoundSocketPolicyTests : LeakCheck
{
    [Fact]
    public async Task ConnectAsync_Denied_SendsNothing()
    {
        await using var server = Server.Listen(0);
        var list = new BlockList();
        list.AddCidr("127.0.0.0/8");
        using var bound = BoundSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0), new BoundSocketOptions { Policy = list });
        var exception = Assert.Throws<ConnectionException>(() => { _ = bound.ConnectAsync(server.LocalEndPoint); });
        Assert.Equal(ConnectionError.Denied, exception.Error);
        Assert.Equal("Could not connect to the end point that was asked for: the connection policy denies it.", exception.Message);
        await server.NobodyCameAsync();
        // Nothing was made of it: it is still there for what is allowed.
        list.Clear();
        await using var client = await bound.ConnectAsync(server.LocalEndPoint).Soon();
        await (await server.AcceptAsync().Soon()).DisposeAsync();
    }

    [Fact]
    public async Task ConnectAsync_DeniedByTheTimeItIsConnected_IsClosed()
    {
        await using var server = Server.Listen(0);
        var asked = 0;
        using var bound = BoundSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0), new BoundSocketOptions { Policy = new Changing(() => ++asked == 1) });
        Assert.Equal(ConnectionError.Denied, (await Assert.ThrowsAsync<ConnectionException>(() => bound.ConnectAsync(server.LocalEndPoint).Soon())).Error);
        await using var accepted = await server.AcceptAsync().Soon();
        Assert.True((await accepted.Input.ReadAsync().Soon()).IsCompleted);
    }

    private sealed class Changing(Func<bool> allows) : ConnectionPolicy
    {
        public override PolicyDecision Evaluate(in ConnectionCandidate candidate) => allows() ? PolicyDecision.Allow() : PolicyDecision.Deny();
    }
}

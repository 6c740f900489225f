using System.Net;

namespace Net.Async.Tests;

/// <summary>The resolver under the race it is made for, on the loopback.</summary>
public class DnsStubResolverConnectTests : NameServerTest
{
    [Fact]
    public async Task ConnectAsync_IPv6IsNotAnswered_ConnectsAfterTheResolutionDelay()
    {
        var names = Server(static query => query.Type == ReceivedQuery.Aaaa ? null : new Reply(query).Add("127.0.0.1").ToBytes());
        await using var server = Async.Server.Listen(0);
        var resolver = Resolver(new DnsStubResolverOptions { Cache = new() { Linger = TimeSpan.Zero } }, names);
        var connector = new HappyEyeballsConnector(new() { Resolver = resolver });

        await using var client = await connector.ConnectAsync("host.test", ((IPEndPoint)server.LocalEndPoint!).Port).Soon();
        await using var accepted = await server.AcceptAsync().Soon();

        Assert.Equal(IPAddress.Loopback, ((IPEndPoint)client.RemoteEndPoint!).Address);
        Assert.Equal([ReceivedQuery.A, ReceivedQuery.Aaaa], names.Queries.Select(query => query.Type).Order());
    }

    [Fact]
    public async Task ConnectAsync_NameDoesNotExist_SaysSo()
    {
        var names = Server(static query => new Reply(query).Code(3).ToBytes());
        var connector = new HappyEyeballsConnector(new() { Resolver = Resolver(names) });

        var exception = await Assert.ThrowsAsync<ConnectionException>(() => connector.ConnectAsync("host.test", 80).Soon());

        Assert.Equal(ConnectionError.HostNotFound, exception.Error);
    }

    [Fact]
    public async Task ConnectAsync_NameServersCannotTell_SaysThatTheLookupFailed()
    {
        var names = Server(static query => new Reply(query).Code(2).ToBytes());
        var connector = new HappyEyeballsConnector(new() { Resolver = Resolver(names) });

        var exception = await Assert.ThrowsAsync<ConnectionException>(() => connector.ConnectAsync("host.test", 80).Soon());

        Assert.Equal((ConnectionError.LookupFailed, "Could not connect to host.test:80: the look-up failed."), (exception.Error, exception.Message));
        Assert.Contains("answered ServerFailure", exception.InnerException!.Message, StringComparison.Ordinal);
    }
}

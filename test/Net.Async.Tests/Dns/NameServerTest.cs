using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;

namespace Net.Async.Tests;

/// <summary>Base of the tests of a resolver with name servers on the loopback and a clock that the test moves.</summary>
public abstract class NameServerTest : LeakCheck
{
    protected const AddressFamily V4 = AddressFamily.InterNetwork;
    protected const AddressFamily V6 = AddressFamily.InterNetworkV6;

    private readonly List<IAsyncDisposable> _opened = [];

    /// <summary>The second attempt follows the first without a wait of the clock, which stands.</summary>
    private protected static DnsStubResolverOptions AtOnce => new DnsStubResolverOptions { Failover = new() { AttemptDelay = TimeSpan.Zero } };

    protected FakeTimeProvider Time { get; } = new();

    public override async Task DisposeAsync()
    {
        foreach (var opened in Enumerable.Reverse(_opened))
            await opened.DisposeAsync();
        await base.DisposeAsync();
    }

    private protected ScriptedNameServer Server(Func<ReceivedQuery, byte[]?> script) => Opened(new ScriptedNameServer(script));

    private protected ScriptedNameServer Server(Func<ReceivedQuery, Task<byte[][]>> script) => Opened(new ScriptedNameServer(script));

    /// <summary>Takes queries and never answers.</summary>
    private protected ScriptedNameServer Silent() => Server(static _ => (byte[]?)null);

    /// <summary>Answers A with 192.0.2.1 and AAAA with 2001:db8::1, each with this TTL.</summary>
    private protected ScriptedNameServer Plain(uint ttl = 60) => Server(query => PlainReply(query, ttl));

    /// <summary>Like <see cref="Plain"/>, once the gate opens.</summary>
    private protected ScriptedNameServer Gated(Task gate, uint ttl = 60) => Server(async query =>
    {
        await gate;
        return [PlainReply(query, ttl)];
    });

    private protected DnsStubResolver Resolver(params ScriptedNameServer[] servers) => Resolver(AtOnce, servers);

    private protected DnsStubResolver Resolver(DnsStubResolverOptions options, params ScriptedNameServer[] servers) =>
        Opened(new DnsStubResolver(options with { NameServers = [.. servers.Select(server => server.EndPoint)], TimeProvider = Time }));

    private protected static byte[] PlainReply(ReceivedQuery query, uint ttl = 60) =>
        new Reply(query).Add(query.Type == ReceivedQuery.A ? "192.0.2.1" : "2001:db8::1", ttl).ToBytes();

    protected static TaskCompletionSource Gate() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    protected static IPAddress[] Addresses(params string[] addresses) => [.. addresses.Select(IPAddress.Parse)];

    private T Opened<T>(T opened)
        where T : IAsyncDisposable
    {
        _opened.Add(opened);
        return opened;
    }
}

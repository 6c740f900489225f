using System.Net;
using System.Reflection;
using Net.Async.Testing;
using Net.Async.Tests.Io;
using Net.Async.Tests.Tls;
using Xunit.Sdk;

namespace Net.Async.Tests.Contract;

/// <summary>One kind of transport to run the contract over: where to listen, and how to connect there.</summary>
public sealed class Transport(string name, Func<EndPoint> address, Func<EndPoint, ServerOptions?, Server> listen, Func<EndPoint, ConnectionOptions?, CancellationToken, Task<Connection>> connect)
{
    // The engine counts where it does the work: each has TCP and Unix sockets of its own. Named pipes are the same under both.
    public static IReadOnlyList<string> Names { get; } =
        [.. Engines.Names.Select(static engine => "tcp4/" + engine), "tcp6", "unix", .. Engines.Names.Where(static engine => engine != IoEngine.Default.Name).Select(static engine => "unix/" + engine), "abstract", "pipe", "memory", "tcp4/faults", .. Engines.Names.Select(static engine => "tls/" + engine), "tls/memory"];

    /// <summary>The kind of a transport's name: <c>tcp4</c> of <c>tcp4/managed</c>.</summary>
    public static string KindOf(string name) => name.Split('/')[0];

    public string Name => name;

    public Server Listen(ServerOptions? options = null) => Listen(address(), options);

    public Server Listen(EndPoint endPoint, ServerOptions? options = null) => listen(endPoint, options);

    public Task<Connection> ConnectAsync(Server server, ConnectionOptions? options = null, CancellationToken cancellationToken = default) =>
        connect(server.LocalEndPoint, options, cancellationToken);

    public static Transport Get(string name) => KindOf(name) switch
    {
        _ when name == "tcp4/faults" => BehindFaults(name),
        _ when name == "tls/memory" => TlsInMemory(name),
        "tls" => OverTls(name, Engines.Get(name.Split('/')[1])),
        "tcp4" => OnSockets(name, () => "127.0.0.1:0"),
        "tcp6" => OnSockets(name, () => "[::1]:0"),
        "unix" => OnSockets(name, () => "unix:" + Path.Combine(Path.GetTempPath(), Unique())),
        "abstract" => OnSockets(name, () => "unix:@" + Unique()),
        "pipe" => OnSockets(name, () => "pipe:" + Unique()),
        "memory" => InMemory(),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such transport."),
    };

    /// <summary>Two connected ends; the server's is accepted, not served.</summary>
    public async Task<Pair> ConnectPairAsync(ConnectionOptions? options = null)
    {
        var server = Listen(new ServerOptions { Connection = options ?? new() });
        var accepting = server.AcceptAsync();
        var client = await ConnectAsync(server, options);
        return new Pair(server, client, await accepting);
    }

    public override string ToString() => name;

    private static Transport OnSockets(string name, Func<string> endPoint) =>
        name.Split('/') is [_, var engine] ? OnEngine(name, Engines.Get(engine), endPoint)
            : new(name, () => NetEndPoint.Parse(endPoint()), Server.Listen, (address, options, token) => Connection.ConnectAsync(address, options, token));

    private static Transport OnEngine(string name, IoEngine engine, Func<string> endPoint) => new(name, () => NetEndPoint.Parse(endPoint()),
        (address, options) => Server.Listen(address, (options ?? new()) with { Connection = (options?.Connection ?? new()) with { Engine = engine } }),
        (address, options, token) => Connection.ConnectAsync(address, (options ?? new()) with { Engine = engine }, token));

    private static Transport InMemory()
    {
        var network = new MemoryNetwork();
        return new("memory", static () => NetEndPoint.Loopback(0), network.Listen, (address, options, token) =>
            network.CreateConnector(options).ConnectAsync(address, token));
    }

    private static Transport OverTls(string name, IoEngine engine) => new(name, static () => NetEndPoint.Loopback(0),
        (address, options) => Server.Listen(address, Encrypted((options ?? new()) with { Connection = (options?.Connection ?? new()) with { Engine = engine } })),
        (address, options, token) => new HappyEyeballsConnector(new() { Connection = (options ?? new()) with { Engine = engine }, Tls = TestCertificates.ClientOf() }).ConnectAsync(address, token));

    private static Transport TlsInMemory(string name)
    {
        var network = new MemoryNetwork();
        return new(name, static () => NetEndPoint.Loopback(0), (address, options) => network.Listen(address, Encrypted(options ?? new())), async (address, options, token) =>
        {
            // As a connect with these options: not when they are over already.
            options?.AbortToken.ThrowIfCancellationRequested();
            var stream = (await network.CreateConnector(null).ConnectAsync(address, token)).DetachTransport().Stream;
            return Connection.FromTransport(await TlsHandshake.AsClientAsync(stream, TestCertificates.ClientOf(), TimeProvider.System, token), options);
        });
    }

    private static ServerOptions Encrypted(ServerOptions options) => options with { Upgrade = options.Upgrade with { Tls = TestCertificates.Server() } };

    // Each call carries 1 to 3 of the first bytes, and what is sent is under way for up to a millisecond.
    private static Transport BehindFaults(string name)
    {
        var slices = new FaultRules { SliceBytes = 3, SlicedBytes = 4096 };
        var faults = new FaultInjector(seed: 1);
        (faults.Sending.Rules, faults.Receiving.Rules) = (slices with { Jitter = TimeSpan.FromMilliseconds(1) }, slices);
        ConnectionOptions Behind(ConnectionOptions? options) => (options ?? new()) with
        {
            Decorate = options?.Decorate is { } outer ? stream => outer(faults.Over(stream)) : faults.Over,
        };
        return new(name, static () => NetEndPoint.Loopback(0),
            (endPoint, options) => Server.Listen(endPoint, (options ?? new()) with { Connection = Behind(options?.Connection) }),
            (address, options, token) => Connection.ConnectAsync(address, Behind(options), token));
    }

    public static ConnectionCapabilities CapabilitiesOf(string name) => KindOf(name) switch
    {
        _ when name == "tls/memory" => CapabilitiesOf("memory"),
        "tcp4" or "tcp6" or "tls" => ConnectionCapabilities.HalfClose | ConnectionCapabilities.Reset | ConnectionCapabilities.Socket | ConnectionCapabilities.DetectsPeerClose
            | ConnectionCapabilities.Tcp,
        "memory" => ConnectionCapabilities.HalfClose | ConnectionCapabilities.Reset | ConnectionCapabilities.DetectsPeerClose,
        "pipe" => ConnectionCapabilities.DetectsPeerClose,
        _ => ConnectionCapabilities.HalfClose | ConnectionCapabilities.Socket | ConnectionCapabilities.DetectsPeerClose
            | (OperatingSystem.IsLinux() ? ConnectionCapabilities.PeerCredentials : ConnectionCapabilities.None),
    };

    /// <summary>Whether a connect ends before the server takes the client.</summary>
    public static bool ConnectsUntaken(string name) => KindOf(name) != "tls";

    private static string Unique() => $"net-async-{Environment.ProcessId}-{Guid.NewGuid():N}"[..40];
}

/// <summary>A server with one connection, both ends in hand.</summary>
public sealed record Pair(Server Server, Connection Client, Connection Accepted) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        Client.Abort();
        Accepted.Abort();
        // Every user of the blocks has ended: the blocks come back.
        foreach (var connection in new[] { Client, Accepted })
        {
            connection.Input.Complete();
            connection.Output.Complete();
            await connection.DisposeAsync();
        }

        await Server.DisposeAsync();
    }
}

/// <summary>Runs a theory over every transport, or over those with a capability.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TransportsAttribute(ConnectionCapabilities needs = ConnectionCapabilities.None) : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) =>
        Transport.Names.Where(Has).Where(name => !Untaken || Transport.ConnectsUntaken(name)).Select(name => new object[] { name });

    /// <summary>Only where a client is connected before the server takes it, or has upgraded it: a handshake needs both sides.</summary>
    public bool Untaken { get; set; }

    private bool Has(string name) => (needs & ~Transport.CapabilitiesOf(name)) == ConnectionCapabilities.None;
}

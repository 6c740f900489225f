using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using Net.Async.Tests.Contract;

namespace Net.Async.Tests.Serving;

/// <summary>What an operator sees of a server: instruments, with the address in OpenTelemetry's names.</summary>
public class ServerTelemetryTests : LeakCheck
{
    private readonly ConcurrentQueue<(string Name, long Value, string Tags)> _measures = new();

    [Fact]
    public async Task Accepted_TwoConnections_AreCountedAndActiveUntilTheyEnd()
    {
        using var listener = Listen();
        await using var server = Server.Listen(0);
        for (var i = 0; i < 2; i++)
        {
            await using var client = await Connection.ConnectAsync(server.LocalEndPoint);
            var accepted = await server.AcceptAsync().Soon();
            Assert.Equal(1, Sum("netasync.server.active_connections"));
            await client.DisposeAsync();
            await accepted.DisposeAsync();
            await Eventually.IsAsync(() => Sum("netasync.server.active_connections") == 0, "one is still active");
        }

        Assert.Equal(2, Sum("netasync.server.accepted"));
        var tags = $"network.transport=tcp network.type=ipv4 server.address=127.0.0.1 server.port={server.Port()}";
        Assert.All(_measures.Where(static measure => measure.Name.StartsWith("netasync.server", StringComparison.Ordinal)), measure => Assert.Equal(tags, measure.Tags));
    }

    [Fact]
    public async Task Active_ListenerComesLater_IsNeverNegative()
    {
        await using var server = Server.Listen(0);
        await using var client = await Connection.ConnectAsync(server.LocalEndPoint);
        await using var accepted = await server.AcceptAsync().Soon();
        using var listener = Listen();
        accepted.Abort();
        await Eventually.IsAsync(() => server.ConnectionCount == 0, "the connection did not end");
        Assert.Equal(0, Sum("netasync.server.active_connections"));
    }

    [Fact]
    public async Task Active_LifetimeIsOverAlready_IsNeverNegative()
    {
        using var listener = Listen();
        await using var server = Server.Listen(0, new ServerOptions { Connection = new ConnectionOptions { AbortToken = new CancellationToken(canceled: true) } });
        await using var client = await Connection.ConnectAsync(server.LocalEndPoint);
        await using var accepted = await server.AcceptAsync().Soon();
        Assert.Equal([1, -1], _measures.Where(static measure => measure.Name == "netasync.server.active_connections").Select(static measure => measure.Value));
    }

    [Fact]
    public async Task Listener_AsksTheServerOnAnotherThread_IsAnswered()
    {
        using var listener = Listen();
        await using var server = Server.Listen(0, new ServerOptions { Connection = new ConnectionOptions { AbortToken = new CancellationToken(canceled: true) } });
        var answered = new ConcurrentQueue<bool>();
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => answered.Enqueue(Task.Run(() => server.IsListening).Wait(TimeSpan.FromSeconds(3))));
        await using var client = await Connection.ConnectAsync(server.LocalEndPoint);
        await using var accepted = await server.AcceptAsync().Soon();
        Assert.NotEmpty(answered);
        Assert.DoesNotContain(false, answered);
    }

    [Fact]
    public async Task Active_AbortedByTheStop_ComesBackToZero()
    {
        using var listener = Listen();
        await using var server = Server.Listen(0);
        var serving = server.ServeAsync(ServerTests.Echo);
        await using var client = await Connection.ConnectAsync(server.LocalEndPoint);
        await Eventually.IsAsync(() => server.ConnectionCount == 1, "no connection");
        await server.StopAsync(TimeSpan.Zero).Soon();
        await serving.Soon();
        Assert.Equal((1, 0), (Sum("netasync.server.accepted"), Sum("netasync.server.active_connections")));
    }

    [Theory, Transports(Untaken = true)]
    public async Task DroppedAndDenied_AreCountedAndNeverActive(string transport)
    {
        using var listener = Listen();
        var kind = Transport.Get(transport);
        foreach (var policy in new[] { ConnectionPolicy.AllowAll, new DenyAll() })
        {
            await using var server = kind.Listen(new ServerOptions { MaxConnections = 0, Policy = policy });
            var accepting = server.AcceptAsync().AsTask();
            await using var client = await kind.ConnectAsync(server);
            await Eventually.IsAsync(() => server.Dropped + server.Denied == 1, "no client was turned away");
            await server.StopAsync().Soon();
            await Assert.ThrowsAsync<ConnectionException>(() => accepting.Soon());
        }

        Assert.Equal((1, 1), (Sum("netasync.server.dropped"), Sum("netasync.server.denied")));
        Assert.Equal((0, 0), (Sum("netasync.server.accepted"), Sum("netasync.server.active_connections")));
        var expected = Transport.KindOf(transport) switch
        {
            "tcp4" => "network.transport=tcp network.type=ipv4 server.address=127.0.0.1 ",
            "tcp6" => "network.transport=tcp network.type=ipv6 server.address=::1 ",
            "unix" => "network.transport=unix server.address=/",
            "abstract" => "network.transport=unix server.address=@",
            "pipe" => "network.transport=pipe server.address=net-async",
            _ => "network.transport=tcp network.type=ipv4 server.address=127.0.0.1 ",
        };
        Assert.All(_measures.Where(static measure => measure.Name is "netasync.server.dropped" or "netasync.server.denied"), measure => Assert.StartsWith(expected, measure.Tags, StringComparison.Ordinal));
    }

    [Fact]
    public async Task AcceptErrors_OneConnectionsTroubleAndAShortage_AreCountedByKind()
    {
        using var listener = Listen();
        var scripted = new ScriptedListener(SocketError.ConnectionAborted, SocketError.TooManyOpenSockets, SocketError.ConnectionAborted);
        await using var server = new Server([scripted], new ServerOptions());
        server.Start();
        var accepting = server.AcceptAsync().AsTask();
        await scripted.Waiting.Soon();
        Assert.Equal(["Reset", "ResourceShortage", "Reset"], _measures.Where(static measure => measure.Name == "netasync.server.accept.errors").Select(static measure => measure.Tags.Split("error.type=")[1]));
        await server.StopAsync().Soon();
        await Assert.ThrowsAsync<ConnectionException>(() => accepting.Soon());
    }

    [Fact]
    public async Task Listener_Throws_ServesDropsAndDeniesAllTheSame()
    {
        using var listener = Listen();
        listener.SetMeasurementEventCallback<long>(static (_, _, _, _) => throw new InvalidDataException());
        foreach (var options in new[] { new ServerOptions(), new ServerOptions { MaxConnections = 0 }, new ServerOptions { Policy = new DenyAll() } })
        {
            await using var server = Server.Listen(0, options);
            var serving = server.ServeAsync(static (connection, _) => connection.DisposeAsync().AsTask());
            await using var client = await Connection.ConnectAsync(server.LocalEndPoint);
            Assert.True((await client.Input.ReadAsync().Soon()).IsCompleted);
            await server.StopAsync().Soon();
            await serving.Soon();
            Assert.Equal(0, server.ConnectionCount);
        }
    }

    private long Sum(string name) => _measures.Where(measure => measure.Name == name).Sum(static measure => measure.Value);

    private MeterListener Listen()
    {
        var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, self) =>
            {
                if (instrument.Meter.Name == DiagnosticNames.Meter)
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            _measures.Enqueue((instrument.Name, value, string.Join(' ', tags.ToArray().Select(static tag => $"{tag.Key}={tag.Value}")))));
        listener.Start();
        return listener;
    }

    private sealed class DenyAll : ConnectionPolicy
    {
        public override PolicyDecision Evaluate(in ConnectionCandidate candidate) => PolicyDecision.Deny("no client");
    }
}

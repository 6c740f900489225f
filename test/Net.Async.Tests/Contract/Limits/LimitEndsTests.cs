using System.Diagnostics.Metrics;
using Microsoft.Extensions.Time.Testing;
using Net.Async.Testing;

namespace Net.Async.Tests.Contract.Limits;

/// <summary>A limit ends a connection once, tells its owner, and leaves nothing behind, whatever else ends it.</summary>
public class LimitEndsTests : LeakCheck
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);
    private static readonly ConnectionLimits s_all = new()
    {
        FirstByteTimeout = s_limit,
        IdleTimeout = s_limit,
        MinReceiveRate = new(100, s_limit),
        WriteStallTimeout = s_limit,
        MinSendRate = new(100, s_limit),
    };

    private readonly FakeTimeProvider _time = new();

    private ConnectionOptions Options => new ConnectionOptions { TimeProvider = _time, Limits = s_all };

    [Fact]
    public async Task TwoLimitsAtOnce_TheOwnerIsToldOnceAndBeforeTheEnd()
    {
        var owner = new Owner();
        using var counted = new CountedLimits();
        var (client, server) = MemoryNetwork.CreateTransports();
        await using var peer = Connection.FromTransport(client);
        await using var connection = new StreamConnection(server, Options, owner);
        connection.Start();
        _time.Advance(s_limit * 3);
        await connection.ReachesAsync(ConnectionLimitKind.FirstByte);
        await _time.PassesUntilAsync(() => owner.Told.Count == 2, "the owner was not told");
        Assert.Equal(["FirstByte", "closed"], owner.Told);
        Assert.Equal(["FirstByte"], counted.Limits);
        Assert.Equal(0, TimerQueue.Of(_time).Count);
    }

    [Fact]
    public async Task Owner_ThrowsWhereItIsTold_TheConnectionEnds()
    {
        var (client, server) = MemoryNetwork.CreateTransports();
        await using var peer = Connection.FromTransport(client);
        await using var connection = new StreamConnection(server, Options, new Owner { Throws = true });
        connection.Start();
        _time.Advance(s_limit);
        await connection.ReachesAsync(ConnectionLimitKind.FirstByte);
        await _time.EndsAsync(connection);
    }

    [Theory, Transports]
    public async Task ManyEnds_WhileTheLimitsAreArmed_LeaveTheQueueEmpty(string transport)
    {
        foreach (var end in (Func<Connection, Task>[])
        [
            static connection => connection.DisposeAsync().AsTask(),
            static connection => connection.CloseAsync(),
            static connection =>
            {
                connection.Abort();
                return Task.CompletedTask;
            },
            static async connection =>
            {
                var detached = connection.DetachTransport();
                Assert.False(detached.Stream is PacedTransport);
                await using var next = Connection.FromTransport(detached.Stream);
            },
        ])
        {
            await using var pair = await LimitedPair.ConnectAsync(transport, s_all, _time);
            Assert.Equal(1, TimerQueue.Of(_time).Count);
            var (ending, closing) = (end(pair.Accepted), pair.Client.DisposeAsync().AsTask());
            await _time.PassesUntilAsync(() => ending.IsCompleted && closing.IsCompleted, "the close is still under way");
            await ending;
            Assert.False(pair.Accepted.CloseReason!.Exception is LimitReachedException);
            // Not asked for: it would be watched for.
            await _time.PassesUntilAsync(() => TimerQueue.Of(_time).Count == 0, "the queue still has entries");
        }
    }

    [Fact]
    public async Task ManyConnections_AllReachALimit_LeaveTheQueueEmpty()
    {
        var pairs = new List<(Connection Client, Connection Server)>();
        for (var i = 0; i < 1000; i++)
        {
            var (client, server) = MemoryNetwork.CreateTransports();
            pairs.Add((Connection.FromTransport(client), Connection.FromTransport(server, Options)));
        }

        Assert.Equal(1000, TimerQueue.Of(_time).Count);
        _time.Advance(s_limit);
        await _time.PassesUntilAsync(() => TimerQueue.Of(_time).Count == 0, "the queue still has entries");
        // Each has left the queue when its limit was reached, or when it had ended.
        await _time.PassesUntilAsync(() => pairs.All(static pair => pair.Server.CloseReason is not null), "some have not ended");
        Assert.Equal(0, TimerQueue.Of(_time).Count);
        Assert.All(pairs, static pair => Assert.IsType<LimitReachedException>(pair.Server.CloseReason!.Exception));
        foreach (var (client, server) in pairs)
        {
            await client.DisposeAsync();
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task LimitsOff_ConnectionHasNoEntryAndNoMeasure()
    {
        await using var pair = await LimitedPair.ConnectAsync("tcp4", new(), _time);
        Assert.Equal(0, TimerQueue.Of(_time).Count);
    }

    [Fact]
    public async Task Abort_WhileALimitCloses_LetsTheLimitStayTheReason()
    {
        var options = Options with { Close = Options.Close with { Timeout = TimeSpan.FromMinutes(1) } };
        var (clientStream, serverStream) = MemoryNetwork.CreateTransports(bufferSize: 100);
        await using var client = Connection.FromTransport(clientStream);
        await using var server = Connection.FromTransport(serverStream, options with { Limits = new() { FirstByteTimeout = s_limit } });
        var write = server.Output.WriteAsync(new byte[1000]).AsTask();
        var read = server.Input.ReadAsync().AsTask();
        _time.Advance(s_limit);
        await read.ThrowsAsync(ConnectionError.TimedOut);
        // The close waits for the write.
        Assert.False(server.Closed.IsCancellationRequested);
        server.Abort();
        await write.ThrowsAsync(ConnectionError.TimedOut);
        await Eventually.FiresAsync("the end was not told", server.Closed);
        await server.ReachesAsync(ConnectionLimitKind.FirstByte);
    }

    [Fact]
    public async Task CloseTimeout_PassesWhileALimitCloses_Aborts()
    {
        var (clientStream, serverStream) = MemoryNetwork.CreateTransports(bufferSize: 100);
        await using var client = Connection.FromTransport(clientStream);
        await using var server = Connection.FromTransport(serverStream, Options with { Limits = new() { FirstByteTimeout = s_limit } });
        var write = server.Output.WriteAsync(new byte[1000]).AsTask();
        _time.Advance(s_limit);
        await server.ReachesAsync(ConnectionLimitKind.FirstByte);
        await _time.EndsAsync(server);
        await write.ThrowsAsync(ConnectionError.TimedOut);
        await client.Input.CopyToAsync(Stream.Null).ThrowsAsync(ConnectionError.Reset);
    }

    private sealed class Owner : IConnectionOwner
    {
        public bool TryReplace(Connection connection, Connection successor) => true;

        public List<string> Told { get; } = [];

        public bool Throws { get; init; }

        public CancellationToken Stopping => CancellationToken.None;

        public void OnClosed(Connection connection) => Told.Add("closed");

        public void OnLimitReached(Connection connection, ConnectionLimitKind limit)
        {
            Told.Add(limit.ToString());
            if (Throws)
                throw new FormatException("the owner's mistake");
        }
    }

    private sealed class CountedLimits : IDisposable
    {
        private readonly MeterListener _listener = new();

        public CountedLimits()
        {
            _listener.InstrumentPublished = static (instrument, self) =>
            {
                if (instrument.Meter.Name == DiagnosticNames.Meter && instrument.Name == "netasync.connection.limits")
                    self.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((_, count, tags, _) => Limits.Add(count == 1 && tags[0].Key == "limit" ? $"{tags[0].Value}" : "?"));
            _listener.Start();
        }

        public List<string> Limits { get; } = [];

        public void Dispose() => _listener.Dispose();
    }
}

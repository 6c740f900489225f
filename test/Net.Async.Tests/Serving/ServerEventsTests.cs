using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using System.Net;

namespace Net.Async.Tests.Serving;

/// <summary>What the event source says of a server: "listening" first, "stopped listening" last, and each only with the other.</summary>
public sealed class ServerEventsTests : LeakCheck
{
    private static readonly IPEndPoint s_v6 = new(IPAddress.IPv6Loopback, 0);

    [Fact]
    public async Task Events_StartedAndStopped_AreOnePairForEachAddress()
    {
        using var events = new Listening();
        var server = Server.Listen([NetEndPoint.Loopback(0), s_v6]);
        await server.StopAsync();
        await server.DisposeAsync();
        foreach (var end in server.LocalEndPoints)
            Assert.Equal(["Listening", "StoppedListening"], events.Of(end));
    }

    [Fact]
    public async Task Events_OnlyBound_AreNone()
    {
        using var events = new Listening();
        var server = Server.Bind(NetEndPoint.Loopback(0));
        await server.DisposeAsync();
        Assert.Empty(events.Of(server.LocalEndPoint));
    }

    // The second address cannot listen: neither does the first one any more.
    [Fact]
    public async Task Events_StartFails_AreNone()
    {
        using var events = new Listening();
        TransportListener[] listeners = [Bound(), new BrokenListener(Bound())];
        var server = new Server(listeners, new ServerOptions());
        Assert.Throws<ConnectionException>(server.Start);
        await server.DisposeAsync();
        Assert.All(server.LocalEndPoints, end => Assert.Empty(events.Of(end)));
    }

    [Fact]
    public async Task Events_CallbackStopsTheServer_ComeInOrderForEachAddress()
    {
        using var events = new Listening();
        var server = Server.Bind([NetEndPoint.Loopback(0), s_v6]);
        Task? stopping = null;
        events.OnListening = () => stopping ??= server.StopAsync();
        server.Start();
        await stopping!.Soon();
        foreach (var end in server.LocalEndPoints)
            Assert.Equal(["Listening", "StoppedListening"], events.Of(end));
        Assert.Equal(["Listening", "Listening", "StoppedListening", "StoppedListening"], events.OfAll(server.LocalEndPoints));
    }

    [Fact]
    public async Task Events_StartAndStopAtOnce_AreInOrderOrNone()
    {
        using var events = new Listening();
        for (var round = 0; round < 300; round++)
        {
            var server = Server.Bind([NetEndPoint.Loopback(0), s_v6]);
            using var both = new Barrier(2);
            var starting = Task.Run(() =>
            {
                both.SignalAndWait();
                try
                {
                    server.Start();
                }
                catch (InvalidOperationException)
                {
                    // The stop was faster.
                }
            });
            both.SignalAndWait();
            await server.StopAsync().Soon();
            await starting.Soon();
            var said = events.OfAll(server.LocalEndPoints);
            Assert.True(said.Count == 0 || said.SequenceEqual(["Listening", "Listening", "StoppedListening", "StoppedListening"]), $"Round {round}: {string.Join(", ", said)}");
            events.Clear();
        }
    }

    [Fact]
    public async Task Events_StopTokenFiresWhileItStarts_AreInOrderOrNone()
    {
        using var events = new Listening();
        for (var round = 0; round < 300; round++)
        {
            using var stop = new CancellationTokenSource();
            using var both = new Barrier(2);
            var cancelling = Task.Run(() =>
            {
                both.SignalAndWait();
                stop.Cancel();
            });
            both.SignalAndWait();
            try
            {
                await using var server = Server.Listen(NetEndPoint.Loopback(0), new ServerOptions { Stop = { Token = stop.Token } });
            }
            catch (OperationCanceledException)
            {
                // The token was faster.
            }

            await cancelling.Soon();
            var said = events.All();
            Assert.True(said.Count == 0 || said.SequenceEqual(["Listening", "StoppedListening"]), $"Round {round}: {string.Join(", ", said)}");
            events.Clear();
        }
    }

    private static TransportListener Bound() => IoEngine.Default.Bind(NetEndPoint.Loopback(0), new ServerOptions().ToListenSettings());

    private sealed class BrokenListener(TransportListener inner) : TransportListener
    {
        public override EndPoint LocalEndPoint => inner.LocalEndPoint;

        public override void Start(int backlog) => throw new ConnectionException(ConnectionError.AddressInUse, "Another one listens.", LocalEndPoint);

        public override ValueTask<TransportStream> AcceptAsync(CancellationToken cancellationToken) => inner.AcceptAsync(cancellationToken);

        public override void Close() => inner.Close();
    }

    /// <summary>Hears the two events, with the address of each.</summary>
    private sealed class Listening : EventListener
    {
        private readonly ConcurrentQueue<(string Event, string EndPoint)> _said = new();

        public Action? OnListening { get; set; }

        public IReadOnlyList<string> Of(EndPoint end) => OfAll([end]);

        public IReadOnlyList<string> OfAll(IReadOnlyList<EndPoint> ends)
        {
            HashSet<string> texts = [.. ends.Select(NetEndPoint.Format)];
            return [.. _said.Where(said => texts.Contains(said.EndPoint)).Select(static said => said.Event)];
        }

        public IReadOnlyList<string> All() => [.. _said.Select(static said => said.Event)];

        public void Clear() => _said.Clear();

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == DiagnosticNames.EventSource)
                EnableEvents(eventSource, EventLevel.Informational);
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            if (eventData.EventId is not (1 or 2))
                return;
            _said.Enqueue((eventData.EventName!, (string)eventData.Payload![0]!));
            if (eventData.EventId == 1)
                OnListening?.Invoke();
        }
    }
}

using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;

namespace Net.Async.Tests.Serving;

public class AcceptPauseTests
{
    private static readonly SocketException s_shortage = new((int)SocketError.TooManyOpenSockets);

    [Fact]
    public async Task Shortage_AgainAndAgain_PausesLongerWithOneNotice()
    {
        using var notices = new Notices();
        var (listener, time) = (new Listener(), new FakeTimeProvider());
        var pause = new AcceptPause(listener, time);
        foreach (var milliseconds in new[] { 10, 20, 40, 80, 160, 320, 640, 1000, 1000 })
        {
            var waiting = pause.ShortageAsync(s_shortage, CancellationToken.None);
            time.Advance(TimeSpan.FromMilliseconds(milliseconds - 1));
            Assert.False(waiting.IsCompleted, $"over before {milliseconds} ms");
            time.Advance(TimeSpan.FromMilliseconds(1));
            await waiting.Soon();
        }

        Assert.Equal(9, listener.Sheds);
        Assert.Equal([3], notices.Of(listener));
        pause.OnAccepted();
        pause.OnAccepted();
        Assert.Equal([3, 4], notices.Of(listener));

        // The next shortage starts small again, and is told again.
        var next = pause.ShortageAsync(s_shortage, CancellationToken.None);
        time.Advance(TimeSpan.FromMilliseconds(10));
        await next.Soon();
        Assert.Equal([3, 4, 3], notices.Of(listener));
    }

    [Fact]
    public async Task Trouble_OneConnectionAfterTheOther_PausesOnlyWhenThatIsAllThatComes()
    {
        var time = new FakeTimeProvider();
        var pause = new AcceptPause(new Listener(), time);
        for (var i = 1; i < 64; i++)
            Assert.True(pause.TroubleAsync(CancellationToken.None).IsCompleted);
        var waiting = pause.TroubleAsync(CancellationToken.None);
        Assert.False(waiting.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        await waiting.Soon();
    }

    private sealed class Listener : IoListener
    {
        private static int s_port;

        public int Sheds { get; private set; }

        // One of its own for each test: the event source is the process's.
        public override EndPoint LocalEndPoint { get; } = new IPEndPoint(IPAddress.Parse("192.0.2.1"), Interlocked.Increment(ref s_port));

        public override void Start(int backlog)
        {
        }

        public override ValueTask<IoStream> AcceptAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public override bool ShedOne()
        {
            Sheds++;
            return true;
        }

        public override void Close()
        {
        }
    }

    private sealed class Notices : EventListener
    {
        private readonly ConcurrentQueue<(int Id, string Where)> _events = new();

        public IEnumerable<int> Of(Listener listener) => _events.Where(e => e.Where == NetEndPoint.Format(listener.LocalEndPoint)).Select(e => e.Id);

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == DiagnosticNames.EventSource)
                EnableEvents(eventSource, EventLevel.Informational);
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData) => _events?.Enqueue((eventData.EventId, (string)eventData.Payload![0]!));
    }
}

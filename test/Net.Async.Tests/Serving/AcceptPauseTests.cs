using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;

namespace Net.Async.Tests.Serving;

public class AcceptPauseTests
{
    private static readonly SocketException s_shortage = new((int)SocketError.TooManyOpenSockets);
    private static int s_port;

    [Fact]
    public async Task Shortage_AgainAndAgain_PausesLongerWithOneNotice()
    {
        using var notices = new Notices();
        var (where, time) = (Somewhere(), new FakeTimeProvider());
        var pause = new AcceptPause(where, time, new ServerNotices(new ServerOptions()));
        foreach (var milliseconds in new[] { 10, 20, 40, 80, 160, 320, 640, 1000, 1000 })
        {
            var waiting = pause.ShortageAsync(s_shortage, CancellationToken.None);
            time.Advance(TimeSpan.FromMilliseconds(milliseconds - 1));
            Assert.False(waiting.IsCompleted, $"over before {milliseconds} ms");
            time.Advance(TimeSpan.FromMilliseconds(1));
            await waiting.Soon();
        }

        // Who gets in right after a pause tells nothing yet, however long the pause was.
        pause.OnAccepted();
        Assert.Equal([3], notices.Of(where));
        time.Advance(TimeSpan.FromSeconds(1));
        pause.OnAccepted();
        pause.OnAccepted();
        Assert.Equal([3, 4], notices.Of(where));

        // The next shortage starts small again, and is told again.
        var next = pause.ShortageAsync(s_shortage, CancellationToken.None);
        time.Advance(TimeSpan.FromMilliseconds(10));
        await next.Soon();
        Assert.Equal([3, 4, 3], notices.Of(where));
    }

    [Fact]
    public async Task OnAccepted_BetweenShortages_PausesShortlyAgainAndIsOneShortage()
    {
        using var notices = new Notices();
        var (where, time) = (Somewhere(), new FakeTimeProvider());
        var pause = new AcceptPause(where, time, new ServerNotices(new ServerOptions()));
        for (var i = 0; i < 200; i++)
        {
            var waiting = pause.ShortageAsync(s_shortage, CancellationToken.None);
            time.Advance(TimeSpan.FromMilliseconds(10));
            await waiting.Soon();
            pause.OnAccepted();
        }

        Assert.Equal([3], notices.Of(where));
        time.Advance(TimeSpan.FromMilliseconds(999));
        pause.OnAccepted();
        Assert.Equal([3], notices.Of(where));
        time.Advance(TimeSpan.FromMilliseconds(1));
        pause.OnAccepted();
        Assert.Equal([3, 4], notices.Of(where));
    }

    [Fact]
    public async Task Trouble_OneConnectionAfterTheOther_PausesOnlyWhenThatIsAllThatComes()
    {
        var time = new FakeTimeProvider();
        var pause = new AcceptPause(Somewhere(), time, new ServerNotices(new ServerOptions()));
        for (var i = 1; i < 64; i++)
            Assert.True(pause.TroubleAsync(CancellationToken.None).IsCompleted);
        var waiting = pause.TroubleAsync(CancellationToken.None);
        Assert.False(waiting.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        await waiting.Soon();
    }

    // One of its own for each test: the event source is the process's.
    private static IPEndPoint Somewhere() => new(IPAddress.Parse("192.0.2.1"), Interlocked.Increment(ref s_port));

    private sealed class Notices : EventListener
    {
        private readonly ConcurrentQueue<(int Id, string Where)> _events = new();

        public IEnumerable<int> Of(EndPoint where) => _events.Where(e => e.Where == NetEndPoint.Format(where)).Select(e => e.Id);

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == DiagnosticNames.EventSource)
                EnableEvents(eventSource, EventLevel.Informational);
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData) => _events?.Enqueue((eventData.EventId, (string)eventData.Payload![0]!));
    }
}

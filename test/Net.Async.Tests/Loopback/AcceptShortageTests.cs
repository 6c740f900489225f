using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using System.Net;
using Net.Async.Tests.Contract;

namespace Net.Async.Tests.Loopback;

/// <summary>Out of descriptors: one notice, waiting clients are turned away instead of hanging, and accepting goes on afterwards.</summary>
public class AcceptShortageTests : LeakCheck
{
    [Needs("bash", "prlimit")]
    public async Task Accept_OutOfDescriptors_ShedsWithOneNoticeAndRecovers()
    {
        using var notices = new Notices();
        await using var server = Server.Listen(0);
        var serving = server.ServeAsync(ServerTests.Echo);
        // A child moves the limit of this process and connects: started before, since without descriptors no process starts.
        await using var child = Child.Start("bash", "-c", $"""
            soft=$(prlimit --pid {Environment.ProcessId} --nofile --output=SOFT --noheadings | tr -d ' ')
            echo ready; read limit
            prlimit --pid {Environment.ProcessId} --nofile=$limit:
            for i in $(seq 40); do exec {"{fd}"}<>/dev/tcp/127.0.0.1/{((IPEndPoint)server.LocalEndPoint).Port}; done
            echo up; read
            prlimit --pid {Environment.ProcessId} --nofile=$soft:
            echo restored; read
            """);
        Assert.Equal("ready", await child.Output.ReadLineAsync().Soon());
        try
        {
            // Room for ten more than are open now.
            await child.TellAsync($"{Directory.GetFileSystemEntries("/proc/self/fd").Length + 10}");
            Assert.Equal("up", await child.Output.ReadLineAsync().Soon());
            await Eventually.IsAsync(() => notices.Count(3) == 1, "the shortage was not noticed");
        }
        finally
        {
            await child.TellAsync("enough");
            Assert.Equal("restored", await child.Output.ReadLineAsync().Soon());
        }

        await Eventually.IsAsync(() => notices.Count(4) == 1, "accepting did not go on");
        await ServerTests.EchoOnceAsync(Transport.Get("tcp4"), server, 100);
        Assert.Equal(1, notices.Count(3));
        Assert.True(notices.Shed > 0, "nobody was turned away");
        await server.StopAsync().Soon();
        await serving.Soon();
    }

    private sealed class Notices : EventListener
    {
        private readonly ConcurrentQueue<EventWrittenEventArgs> _events = new();

        public long Shed => _events.Where(e => e.EventId == 4).Sum(e => (long)e.Payload![1]!);

        public int Count(int id) => _events.Count(e => e.EventId == id);

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == DiagnosticNames.EventSource)
                EnableEvents(eventSource, EventLevel.Informational);
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData) => _events?.Enqueue(eventData);
    }
}

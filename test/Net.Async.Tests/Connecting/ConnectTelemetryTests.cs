using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using Net.Async.Testing;

namespace Net.Async.Tests.Connecting;

/// <summary>What an operator sees of a connect: one activity with its attempts below it, and instruments.</summary>
public sealed class ConnectTelemetryTests : LeakCheck
{
    private readonly ConcurrentQueue<Activity> _activities = new();
    private readonly ConcurrentQueue<(string Name, double Value, string Tags)> _measures = new();

    [Fact]
    public async Task ConnectAsync_Race_IsOneActivityWithEventsAndOneAnAttempt()
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == DiagnosticNames.ActivitySource,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _activities.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var server = Server.Listen(0);
        await using var client = await Connector().ConnectAsync("host.test", server.Port()).Soon();
        await (await server.AcceptAsync().Soon()).DisposeAsync();

        var connect = Assert.Single(_activities, activity => activity.OperationName == "connect");
        Assert.Equal("host.test", connect.GetTagItem("server.address"));
        Assert.Equal("127.0.0.1", connect.GetTagItem("network.peer.address"));
        Assert.Equal(ActivityStatusCode.Unset, connect.Status);
        Assert.Equal(
            ["dns_query_started", "dns_query_finished", "dns_query_started", "dns_query_finished", "candidate_discovered", "candidate_discovered",
             "candidates_sorted", "attempt_scheduled", "attempt_started", "attempt_failed", "attempt_scheduled", "attempt_started", "attempt_succeeded"],
            connect.Events.Select(step => step.Name));
        var attempts = _activities.Where(activity => activity.OperationName == "connect attempt").ToList();
        Assert.Equal(2, attempts.Count);
        Assert.All(attempts, attempt => Assert.Equal(connect.SpanId, attempt.ParentSpanId));
        Assert.Equal("Refused", attempts[0].GetTagItem("error.type"));
        Assert.Equal(ActivityStatusCode.Error, attempts[0].Status);
        Assert.Null(Activity.Current);
    }

    [Fact]
    public async Task ConnectAsync_RaceAndFailure_AreMeasured()
    {
        using var listener = Listen();
        await using (var server = Server.Listen(0))
        {
            await using var client = await Connector().ConnectAsync("host.test", server.Port()).Soon();
            await (await server.AcceptAsync().Soon()).DisposeAsync();
        }

        await Assert.ThrowsAsync<ConnectionException>(() => Connector().ConnectAsync("none.test", 80).Soon());
        Assert.Equal(["", "error.type=HostNotFound"], TagsOf("netasync.connect.duration").Select(tags => tags.Replace("network.type=ipv4", "", StringComparison.Ordinal)));
        Assert.Equal(["netasync.attempt.outcome=failed network.type=ipv4", "netasync.attempt.outcome=connected network.type=ipv4"], TagsOf("netasync.connect.attempts"));
        Assert.Equal(1, Assert.Single(_measures, measure => measure.Name == "netasync.connect.winner").Value);
        Assert.Equal(0, _measures.Where(measure => measure.Name == "netasync.connect.open_attempts").Sum(measure => measure.Value));
        Assert.Equal(4, TagsOf("netasync.connect.lookup.duration").Count());
        Assert.Single(TagsOf("netasync.connect.first_attempt.delay"));
    }

    private MeterListener Listen()
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == DiagnosticNames.Meter)
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.Start();
        return listener;
    }

    private void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _measures.Enqueue((instrument.Name, value, string.Join(' ', tags.ToArray().Where(tag => tag.Value is not null).Select(tag => $"{tag.Key}={tag.Value}"))));

    private IEnumerable<string> TagsOf(string name) => _measures.Where(measure => measure.Name == name).Select(measure => measure.Tags);

    // The longest delay: the refusal starts the second attempt, also on a machine that stalls for a while.
    private static HappyEyeballsConnector Connector() => new(new()
    {
        Resolver = new ScriptedResolver().Add("host.test", IPAddress.Parse("127.0.0.2"), IPAddress.Loopback),
        AttemptDelay = TimeSpan.FromSeconds(2),
    });
}

using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Net.Async.Tests.Hosting;

/// <summary>The host's meter factory makes the instruments, and each measurement has its server's name.</summary>
public sealed class ServerMetricsTests : LeakCheck
{
    [Fact]
    public async Task Instruments_OfTheHostsFactory_CountByServer()
    {
        await using var host = TestHost.Build(static builder =>
        {
            builder.Services.AddServer("echo", "127.0.0.1:0", TestHost.Echo);
            builder.Services.AddServer("bad", "127.0.0.1:0", static (_, _) => throw new NotSupportedException("no"));
            var list = new BlockList();
            list.AddAddress("127.0.0.1");
            builder.Services.AddServer("closed", "127.0.0.1:0", TestHost.Echo).UsePolicy(list);
            builder.Services.AddServer("full", "127.0.0.1:0", TestHost.Echo).Configure(static options => options.MaxConnections = 0);
        });
        using var measurements = new Measurements(host.Host.Services.GetRequiredService<IMeterFactory>());
        await host.Host.StartAsync().Soon();

        await using (var client = await host.ConnectAsync("echo").Soon())
        {
            await client.WriteLineAsync("hello");
            await client.ReadLineAsync().Soon();
            Assert.Equal(1, measurements.Sum("netasync.hosting.active_connections", "echo"));
        }

        foreach (var name in new[] { "bad", "closed", "full" })
            await host.TouchAsync(name);

        await Eventually.IsAsync(() => measurements.Sum("netasync.hosting.accepted", "echo") == 1 && measurements.Sum("netasync.hosting.active_connections", "echo") == 0, "the connection of echo");
        await Eventually.IsAsync(() => measurements.Sum("netasync.hosting.denied", "closed") == 1, "the denial");
        await Eventually.IsAsync(() => measurements.Sum("netasync.hosting.dropped", "full", ("limit", "MaxConnections")) == 1, "the drop");
        await Eventually.IsAsync(() => measurements.Count("netasync.hosting.handler.duration", "echo") == 1, "the duration");
        await Eventually.IsAsync(() => measurements.Count("netasync.hosting.handler.duration", "bad", ("error.type", "System.NotSupportedException")) == 1, "the failed handler");
        Assert.Equal(0, measurements.Sum("netasync.hosting.accepted", "closed"));
    }

    [Fact]
    public async Task Listener_ThatThrows_FailsNoHandler()
    {
        await using var host = await TestHost.StartAsync(static builder => builder.Services.AddServer("echo", "127.0.0.1:0", TestHost.Echo));
        using var measurements = new Measurements(host.Host.Services.GetRequiredService<IMeterFactory>(), throws: true);

        await (await host.ConnectAsync("echo").Soon()).DisposeAsync();

        await Eventually.IsAsync(() => host.Log.Of("echo").Any(static record => record.Id.Id == 21), "the message");
        await Eventually.IsAsync(() => host.Server("echo").ConnectionCount == 0, "the end");
        Assert.Equal(0, host.Server("echo").HandlerFailures);
    }

    private sealed class Measurements : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly ConcurrentQueue<(string Instrument, double Value, Dictionary<string, object?> Tags)> _all = [];

        public Measurements(IMeterFactory factory, bool throws = false)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                // What another host of this process counts has another scope.
                if (ReferenceEquals(instrument.Meter.Scope, factory) && instrument.Meter.Name == HostingDiagnosticNames.Meter)
                    listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags, throws));
            _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags, throws));
            _listener.Start();
        }

        public double Sum(string instrument, string server, params (string, string)[] tags) => Of(instrument, server, tags).Sum(static one => one.Value);

        public int Count(string instrument, string server, params (string, string)[] tags) => Of(instrument, server, tags).Count();

        public void Dispose() => _listener.Dispose();

        private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, bool throws)
        {
            if (throws)
                throw new InvalidOperationException("a listener that throws");
            _all.Enqueue((instrument.Name, value, new(tags.ToArray())));
        }

        private IEnumerable<(string Instrument, double Value, Dictionary<string, object?> Tags)> Of(string instrument, string server, (string Key, string Value)[] tags) =>
            _all.Where(one => one.Instrument == instrument && (string?)one.Tags["netasync.server.name"] == server && tags.All(tag => (string?)one.Tags.GetValueOrDefault(tag.Key) == tag.Value));
    }
}

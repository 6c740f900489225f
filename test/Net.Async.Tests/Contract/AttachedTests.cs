using System.Diagnostics.Metrics;
using System.Globalization;

namespace Net.Async.Tests.Contract;

/// <summary>What goes with a connection: attached objects, its hold on the process, its figures.</summary>
public class AttachedTests : LeakCheck
{
    [Theory, Transports]
    public async Task Items_AreTheConnectionsOwn(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        pair.Client.Items["user"] = 7;
        Assert.Equal(7, pair.Client.Items["user"]);
        Assert.Empty(pair.Accepted.Items);
        Assert.Same(pair.Accepted.Items, pair.Accepted.Items);
    }

    [Theory, Transports]
    public async Task KeepProcessAlive_UntilSwitchedOffOrTheEnd(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        Assert.False(pair.Client.KeepProcessAlive);
        pair.Client.KeepProcessAlive = true;
        pair.Client.KeepProcessAlive = true;
        pair.Accepted.KeepProcessAlive = true;
        Assert.True(pair.Client.KeepProcessAlive);
        pair.Client.KeepProcessAlive = false;
        Assert.False(pair.Client.KeepProcessAlive);
        pair.Client.KeepProcessAlive = true;
        pair.Client.Abort();
        pair.Accepted.Abort();
        Assert.False(pair.Client.KeepProcessAlive);
        pair.Client.KeepProcessAlive = true;
        Assert.False(pair.Client.KeepProcessAlive);
    }

    [Fact]
    public async Task Bytes_AndEnds_AreMeasured()
    {
        var measured = new Dictionary<string, long>();
        using var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Meter.Name == DiagnosticNames.Meter && instrument.Name.StartsWith("netasync.connection.", StringComparison.Ordinal))
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            var name = instrument.Name + string.Join("", tags.ToArray().Select(tag => string.Create(CultureInfo.InvariantCulture, $" {tag.Key}={tag.Value}")));
            lock (measured)
                measured[name] = measured.GetValueOrDefault(name) + value;
        });
        listener.Start();
        await using (var pair = await Transport.Get("tcp4").ConnectPairAsync())
        {
            await pair.Client.Output.WriteAsync(new byte[5000]).Soon();
            await pair.Accepted.Input.ReadExactlyAsync(5000);
            pair.Client.Abort();
            await pair.Accepted.Input.ReadAsync().AsTask().ThrowsAsync(ConnectionError.Reset);
        }

        lock (measured)
        {
            Assert.True(measured["netasync.connection.sent"] >= 5000);
            Assert.True(measured["netasync.connection.received"] >= 5000);
            Assert.True(measured["netasync.connection.ended error.type=Aborted"] >= 1);
            Assert.True(measured["netasync.connection.ended error.type=Reset"] >= 1);
        }
    }
}

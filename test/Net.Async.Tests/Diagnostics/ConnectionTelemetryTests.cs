using System.Diagnostics.Metrics;
using Net.Async.Tests.Contract;

namespace Net.Async.Tests.Diagnostics;

/// <summary>Who listens to the instruments of connections is a user, who may throw, or block, or call back in.</summary>
public class ConnectionTelemetryTests : LeakCheck
{
    [Theory, Transports]
    public async Task Listener_Throws_BytesGoAndEndsAreTold(string transport)
    {
        using var listener = Listen(static _ => throw new InvalidDataException());
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        await pair.Client.WriteAsync("a line\n").AsTask().Soon();
        Assert.Equal("a line", await pair.Accepted.ReadLineAsync().Soon());
        var closed = Eventually.FiresAsync("the end was not told", pair.Client.Closed);
        pair.Client.Abort();
        await closed;
    }

    [Fact]
    public async Task Listener_AsksTheConnectionOnAnotherThread_IsAnswered()
    {
        Connection? reader = null;
        var answered = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var pair = await Transport.Get("tcp4").ConnectPairAsync();
        reader = pair.Accepted;
        using var listener = Listen(name =>
        {
            if (name == "netasync.connection.received")
                answered.TrySetResult(Task.Run(() => reader.Input.CancelPendingRead()).Wait(TimeSpan.FromSeconds(5)));
        });
        await pair.Client.WriteAsync("a line\n").AsTask().Soon();
        _ = await reader.Input.ReadAsync().Soon();
        Assert.True(await answered.Task.Soon());
    }

    private static MeterListener Listen(Action<string> onMeasure)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, self) =>
            {
                if (instrument.Meter.Name == DiagnosticNames.Meter && instrument.Name.StartsWith("netasync.connection.", StringComparison.Ordinal))
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, _, _, _) => onMeasure(instrument.Name));
        listener.Start();
        return listener;
    }
}

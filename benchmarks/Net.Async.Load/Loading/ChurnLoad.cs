using System.Diagnostics;
using System.Net;

namespace Net.Async.Load;

/// <summary>Connect, send, receive the echo, close, one after the other: the cost of a connection's life.</summary>
internal static class ChurnLoad
{
    public static string Run(LoadOptions options)
    {
        var address = options.EndPoint.Serialize();
        var message = Payload.Create(options.BatchSize);
        var received = Payload.Create(options.BatchSize);
        var measurement = new Measurement(options);
        while (measurement.Continue())
            One(address, message, received, measurement);

        // One at a time, whatever was asked for: on loopback a connect never waits, so more at once would only queue.
        return new ResultLine(options with { Connections = 1 })
            .Add("ops/s", measurement.Operations / measurement.Elapsed)
            .AddLatencies(measurement.Latencies)
            .AddServer(measurement, "ops", measurement.Operations, options.ProcessId)
            .ToString();
    }

    private static void One(SocketAddress address, byte[] message, byte[] received, Measurement measurement)
    {
        var startedAt = Stopwatch.GetTimestamp();
        var descriptor = RawSocket.Dial(address);
        if (descriptor != RawSocket.Failed && Echo(descriptor, message, received))
        {
            measurement.Operations++;
            measurement.Latencies.Record(startedAt, Stopwatch.GetTimestamp());
        }
        else
        {
            measurement.Errors++;
        }

        if (descriptor != RawSocket.Failed)
            RawSocket.Reset(descriptor);
    }

    private static bool Echo(int descriptor, byte[] message, byte[] received)
    {
        if (RawSocket.Send(descriptor, message, wait: true) != message.Length)
            return false;
        var count = 0;
        while (count < message.Length && RawSocket.Receive(descriptor, received, wait: true) is > 0 and var more)
            count += more;
        return count == message.Length;
    }
}

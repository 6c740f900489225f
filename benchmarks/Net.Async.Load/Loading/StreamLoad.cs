namespace Net.Async.Load;

/// <summary>Every connection sends whenever the kernel takes something and receives whenever there is something: bytes a second, echoed.</summary>
internal static class StreamLoad
{
    public static string Run(LoadOptions options)
    {
        var message = Payload.Create(options.BatchSize);
        using var connections = new LoadConnections(options, EpollSet.Readable | EpollSet.Writable);
        var measurement = new Measurement(options);
        while (measurement.Continue())
            Turn(connections, message, measurement);

        const double Million = 1e6;
        var line = new ResultLine(options)
            .Add("MB/s", measurement.Bytes / measurement.Elapsed / Million, "0.0")
            .AddServer(measurement, "MB", measurement.Bytes / Million, options.ProcessId);
        return (options.ProcessId is { } id ? line.Add("hwm_kb", ProcessFigures.PeakKilobytes(id)) : line).ToString();
    }

    private static void Turn(LoadConnections connections, byte[] message, Measurement measurement)
    {
        var count = connections.WaitForReady();
        for (var place = 0; place < count; place++)
        {
            var (index, readable, writable) = connections.Event(place);
            if (readable && connections.IsOpen(index))
                Receive(connections, index, measurement);
            if (writable && connections.IsOpen(index) && !connections.TrySend(index, message, out _))
                Fail(connections, index, measurement);
        }
    }

    private static void Receive(LoadConnections connections, int index, Measurement measurement)
    {
        if (connections.TryReceive(index, out var received))
            measurement.Bytes += received;
        else
            Fail(connections, index, measurement);
    }

    private static void Fail(LoadConnections connections, int index, Measurement measurement)
    {
        measurement.Errors++;
        connections.Fail(index);
    }
}

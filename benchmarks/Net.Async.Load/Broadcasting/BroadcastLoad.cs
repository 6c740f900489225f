using System.Net;

namespace Net.Async.Load;

/// <summary>Connections that only read what a server sends to all of them: messages a second at each, first while all read, then beside one more that reads nothing.</summary>
internal static class BroadcastLoad
{
    // The kernel doubles it, and takes no less.
    private const int SmallestBuffer = 1152;

    // So long until the buffers of the one that does not read are full, and its server waits for it.
    private const double SecondsToFill = 5;

    public static string Run(LoadOptions options)
    {
        using var connections = new LoadConnections(options, EpollSet.Readable);
        var line = new ResultLine(options);
        Add(line, "all", Count(connections, options), options);
        var stuck = RawSocket.Begin(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0).Serialize(), options.EndPoint.Serialize(), SmallestBuffer);
        if (stuck == RawSocket.Failed)
            throw new LoadException($"The connection that does not read could not be made to {options.EndPoint}.");
        Add(line, "beside_stuck", Count(connections, options with { WarmUp = options.WarmUp + SecondsToFill }), options);
        // The server does not read what it says: a send fails once the server has reset it.
        var isOpen = RawSocket.Send(stuck, "x"u8) != RawSocket.Failed;
        RawSocket.Reset(stuck);
        return line.Add("stuck_open", isOpen ? 1 : 0).Add("errs", options.Connections - connections.Open).ToString();
    }

    /// <summary>Bytes of each connection while it counts.</summary>
    private static (long[] Bytes, double Seconds) Count(LoadConnections connections, LoadOptions options)
    {
        var bytes = new long[options.Connections];
        var measurement = new Measurement(options);
        var started = measurement.StartedAt;
        while (measurement.Continue())
        {
            if (started != measurement.StartedAt)
                Array.Clear(bytes);
            started = measurement.StartedAt;
            Turn(connections, bytes);
        }

        return (bytes, measurement.Elapsed);
    }

    private static void Turn(LoadConnections connections, long[] bytes)
    {
        for (int place = 0, events = connections.WaitForReady(); place < events; place++)
        {
            var index = connections.Event(place).Index;
            if (connections.TryReceive(index, out var received))
                bytes[index] += received;
            else
                connections.Fail(index);
        }
    }

    private static void Add(ResultLine line, string name, (long[] Bytes, double Seconds) counted, LoadOptions options)
    {
        var rates = counted.Bytes.Select(bytes => bytes / (double)options.Size / counted.Seconds).Order().ToArray();
        line.Add($"{name}_msgs/s", rates.Average(), "0.0").Add($"{name}_least_msgs/s", rates[0], "0.0");
    }
}

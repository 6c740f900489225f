using System.Diagnostics;

namespace Net.Async.Load;

/// <summary>Opens connections, has each echo one message, then leaves them alone: the memory that a connection holds while nothing happens.</summary>
internal static class IdleLoad
{
    private static readonly TimeSpan s_echoTimeout = TimeSpan.FromSeconds(30);

    public static string Run(LoadOptions options)
    {
        var processId = options.ProcessId!.Value;
        var before = ProcessFigures.ResidentKilobytes(processId);
        var start = Stopwatch.GetTimestamp();
        using var connections = new LoadConnections(options, EpollSet.Readable);
        var dialSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var echoed = EchoAll(connections, options);
        Thread.Sleep(TimeSpan.FromSeconds(options.Seconds));

        var after = ProcessFigures.ResidentKilobytes(processId);
        return new ResultLine(options)
            .Add("errs", options.Connections - echoed)
            .Add("rss0_kb", before)
            .Add("rss1_kb", after)
            .Add("bytes/conn", (after - before) * 1024.0 / options.Connections)
            .Add("dial/s", options.Connections / dialSeconds)
            .ToString();
    }

    /// <summary>Returns how many connections got the whole of their message back.</summary>
    private static int EchoAll(LoadConnections connections, LoadOptions options)
    {
        var message = Payload.Create(options.BatchSize);
        var missing = new int[options.Connections];
        var whole = 0;
        for (var i = 0; i < missing.Length; i++)
        {
            if (connections.TrySend(i, message, out missing[i]) && missing[i] == message.Length)
                continue;
            connections.Fail(i);
        }

        var start = Stopwatch.GetTimestamp();
        while (whole < connections.Open && Stopwatch.GetElapsedTime(start) < s_echoTimeout)
            whole += ReceiveReady(connections, missing);
        return whole;
    }

    private static int ReceiveReady(LoadConnections connections, int[] missing)
    {
        var whole = 0;
        var count = connections.WaitForReady();
        for (var place = 0; place < count; place++)
        {
            var index = connections.Event(place).Index;
            if (!connections.TryReceive(index, out var received))
                connections.Fail(index);
            else if ((missing[index] -= received) == 0)
                whole++;
        }

        return whole;
    }
}

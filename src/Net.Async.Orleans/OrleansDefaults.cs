namespace Net.Async;

/// <summary>What connections of Orleans start with unless the options say something else. A new object each time.</summary>
internal static class OrleansDefaults
{
    // Orleans flushes each message, and expects a pipe that gathers them: what a turn flushes goes in one send.
    private const int MostUnsentBytes = 65536;

    // Orleans itself waits for a peer's preamble without a limit: a client that sends nothing, or a part of it, would stay.
    public static ServerOptions Listener() => new()
    {
        Connection =
        {
            Tcp = { KeepAlive = KeepAlive() },
            Buffers = { PauseWriterThreshold = MostUnsentBytes },
            Limits = { FirstByteTimeout = TimeSpan.FromSeconds(10), MinReceiveRate = new(240, TimeSpan.FromSeconds(5)) },
        },
    };

    public static HappyEyeballsOptions Outbound() => new() { Connection = { Tcp = { KeepAlive = KeepAlive() }, Buffers = { PauseWriterThreshold = MostUnsentBytes } } };

    // The values of Orleans' SocketConnectionOptions: the peer's machine that vanished is noticed as before.
    private static KeepAlive KeepAlive() => new() { Delay = TimeSpan.FromSeconds(90), Interval = TimeSpan.FromSeconds(30), Count = 10 };
}

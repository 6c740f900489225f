using System.Diagnostics;

namespace Net.Async.Tests.Contract;

/// <summary>One row of the table of stops, played on one transport: what a handler does, by what its client does.</summary>
internal sealed record StopRow(StopHandler Handler, string Client)
{
    /// <summary>What every stop here has; only handlers that ignore it are still there then.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromMilliseconds(200);

    // Bounds on time are the best of many tries: a thread that was not running for a while is no fault of the stop.
    private const int Tries = 20;
    private static readonly TimeSpan s_slack = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_longerThanTheTest = TimeSpan.FromMinutes(2);

    /// <summary>Every stop must have the same outcome, and the quickest of them gives the time.</summary>
    public async Task<StopOutcome> PlayAsync(Transport transport)
    {
        var (best, seen) = await PlayOnceAsync(transport);
        for (var tries = 1; tries < Tries && best >= Expected + s_slack; tries++)
        {
            var (elapsed, again) = await PlayOnceAsync(transport);
            Assert.Equal(seen, again);
            best = elapsed < best ? elapsed : best;
        }

        return seen with { Takes = Describe(best) };
    }

    private TimeSpan Expected => Handler.Ignores ? Deadline : TimeSpan.Zero;

    // A timer counts whole milliseconds, and may be one or two early by this clock.
    private string Describe(TimeSpan best) =>
        best >= Expected + s_slack || best < Expected - TimeSpan.FromMilliseconds(10) ? $"{best.TotalMilliseconds:0} ms"
            : Handler.Ignores ? "at the deadline" : "at once";

    private async Task<(TimeSpan Elapsed, StopOutcome Outcome)> PlayOnceAsync(Transport transport)
    {
        using var work = new StopWork();
        await using var server = transport.Listen();
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var serving = server.ServeAsync(async (connection, token) =>
        {
            using var signal = new Signal(ended);
            await Handler.RunAsync(connection, work, token);
        });
        await using var connection = await transport.ConnectAsync(server);
        var client = new StopClient(connection, KindOn(connection));
        var reading = client.RunAsync();
        await SettledAsync(client, work, KindOn(connection));

        var started = Stopwatch.GetTimestamp();
        var result = await server.StopAsync(Handler.Ignores ? Deadline : s_longerThanTheTest).Soon();
        var elapsed = Stopwatch.GetElapsedTime(started);

        var reads = await reading.Soon();
        work.End();
        await Task.WhenAll(ended.Task, serving).Soon();
        // What a flood leaves unread is more than an orderly close takes: its end may be a reset that destroys bytes on their way.
        if (!Handler.Ignores && Client != StopClient.Floods)
            Assert.Equal(work.Written, client.Received);
        return (elapsed, new StopOutcome(Tell(reads, connection), result, server.HandlerFailures));
    }

    // Named pipes cannot half-close: there this client is one that waits.
    private string KindOn(Connection connection) =>
        Client == StopClient.HalfClosed && !connection.Capabilities.HasFlag(ConnectionCapabilities.HalfClose) ? StopClient.Idle : Client;

    private async Task SettledAsync(StopClient client, StopWork work, string kind)
    {
        if (Handler.Blocks)
            await work.Blocked.Soon();
        else
            await client.Settled.Soon();
        if (kind == StopClient.HalfClosed && !Handler.Blocks)
            await work.ClientEnded.Soon();
    }

    // What is left to chance is told as such: a transport without a reset shows an abort as an end or as a reset,
    // and what a client sends may meet a closed socket before it has read the end.
    private string Tell(string reads, Connection connection) => Handler.Ignores
        ? connection.Capabilities.HasFlag(ConnectionCapabilities.Reset) ? reads : StopClient.Reset
        : Client is StopClient.Asks or StopClient.Floods ? $"{StopClient.End}, or {StopClient.Reset}" : reads;

    private sealed class Signal(TaskCompletionSource ended) : IDisposable
    {
        public void Dispose() => ended.SetResult();
    }
}

/// <summary>What one stop was for everybody.</summary>
/// <param name="Reads">What the client reads last.</param>
internal sealed record StopOutcome(string Reads, StopResult Result, long Failures)
{
    /// <summary>How long the stop took.</summary>
    public string Takes { get; init; } = "";
}

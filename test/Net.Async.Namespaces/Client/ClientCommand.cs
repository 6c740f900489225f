using System.Net.NetworkInformation;

namespace Net.Async.Namespaces;

/// <summary>The client as a process: reads one <see cref="Scenario"/>, warms up, plays it and says the <see cref="ScenarioResult"/>.</summary>
internal static class ClientCommand
{
    public static async Task<int> RunAsync()
    {
        if (await Console.In.ReadLineAsync() is not { } line)
            return 2;
        var scenario = Lines.Parse<Scenario>(line);
        await PlayAsync(scenario.ToWarmUp());
        // The base class library's listener for network changes has a socket for as long as the process runs.
        NetworkChange.NetworkAddressChanged += static (_, _) => { };
        await Promptness.GiveAsync(Environment.ProcessId);
        var before = await Descriptors.CountAtRestAsync();
        var rounds = new List<Round>();
        for (var i = 0; i < scenario.Repeat; i++)
            rounds.Add(await PlayAsync(scenario));
        Lines.Say(new ScenarioResult(rounds, before, await Descriptors.CountAtRestAsync(before)));
        return 0;
    }

    private static async Task<Round> PlayAsync(Scenario scenario)
    {
        var round = new Round { Started = Lines.Now };
        using var cancel = new CancellationTokenSource(scenario.CancelAfter ?? Timeout.Infinite);
        Reached? reached = null;
        try
        {
            reached = await Reached.ReachAsync(scenario, cancel.Token);
            round = round with { Ended = Lines.Now, Attempts = ToRound(reached.Attempts), Timeline = new ConnectTimeline(reached.Attempts).ToString() };
        }
        catch (Exception exception)
        {
            round = Failed(round with { Ended = Lines.Now }, exception);
        }

        round = round with { Sockets = await SocketRow.ReadAllAsync() };
        // With the connection still open: every attempt that lost must have closed its socket.
        await Task.Delay(scenario.Watch);
        if (reached is not null)
        {
            round = round with { Greeting = await reached.GreetingAsync() };
            await reached.DisposeAsync();
        }

        return round with { SocketsAtEnd = await SocketRow.ReadAllAsync() };
    }

    private static Round Failed(Round round, Exception exception) => round with
    {
        Error = exception.GetType().Name,
        ConnectionError = (exception as ConnectionException)?.Error,
        Message = exception.Message,
        Attempts = ToRound((exception as ConnectionException)?.Attempts ?? []),
    };

    private static RoundAttempt[] ToRound(IReadOnlyList<ConnectAttempt> attempts) =>
    [
        // What was dialled: the rest is on no wire.
        .. attempts.Where(static attempt => attempt.Outcome is not (ConnectOutcome.NotTried or ConnectOutcome.Denied)).Select(static attempt => new RoundAttempt(
            NetEndPoint.Format(attempt.EndPoint), attempt.StartedAfter.TotalMilliseconds, attempt.Duration.TotalMilliseconds,
            (attempt.Error as ConnectionException)?.Error.ToString() ?? attempt.Error?.GetType().Name)),
    ];
}

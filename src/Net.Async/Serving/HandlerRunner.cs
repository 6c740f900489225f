namespace Net.Async;

/// <summary>One serve: runs the handler for each connection, as many at a time as there are slots.</summary>
internal sealed partial class HandlerRunner : IHandlerStarter
{
    private readonly Func<Connection, CancellationToken, Task> _handler;
    private readonly Demand _demand;
    private readonly ServerNotices _notices;
    private readonly Rundown _rundown;
    private readonly CancellationToken _stopping;
    private readonly HandlerSlots _slots;

    public HandlerRunner(Func<Connection, CancellationToken, Task> handler, int most, Demand demand, ServerNotices notices, Rundown rundown, CancellationToken stopping)
    {
        (_handler, _demand, _notices, _rundown, _stopping) = (handler, demand, notices, rundown, stopping);
        _slots = new HandlerSlots(most, this);
    }

    /// <summary>Serves until nothing is accepted any more and every handler has ended.</summary>
    /// <param name="afterAbort">How long handlers may take after an abort: one may ignore its token.</param>
    /// <param name="time">The clock of that.</param>
    /// <param name="aborted">The stop has reached its deadline.</param>
    /// <exception cref="ConnectionException">Listening failed for good.</exception>
    public async Task RunAsync(TimeSpan afterAbort, TimeProvider time, CancellationToken aborted)
    {
        Task allEnded = _demand.ServeAsync(_slots);
        await allEnded.WaitAsync(aborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await allEnded.WaitAsync(afterAbort, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_demand.Failure is { } failure)
            throw failure;
    }

    // Not on the accepting stack: a handler that blocks before its first await must not stop the accepting.
    public void Start(Connection connection)
    {
        if (_rundown.TryEnter())
        {
            connection.Run(new HandlerRun(this, connection));
            return;
        }

        // The server has stopped and everything has ended, this connection too.
        connection.Abort();
        _demand.OnHandlerEnded(_slots);
    }

    private void OnEnded()
    {
        _demand.OnHandlerEnded(_slots);
        _rundown.Leave();
    }

    private void OnFailed(Connection connection, Exception failure)
    {
        // A handler that a stop has ended did what it was asked to: its connection closes in an orderly way. What the deadline or a limit has ended is counted there.
        var isEnded = connection.CloseReason?.Exception is StopDeadlineException or LimitReachedException && failure is (ConnectionException or OperationCanceledException);
        if (isEnded || (failure is OperationCanceledException && _stopping.IsCancellationRequested))
            return;
        // Counted and told before the peer can see it, reported after: the callback may take its time.
        _notices.CountHandlerFailure();
        _notices.OnHandlerFailed(connection, failure);
        connection.Abort(failure);
        _notices.ReportHandlerFailure(connection, failure);
    }
}

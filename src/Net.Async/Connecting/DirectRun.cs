using System.Net;

namespace Net.Async;

/// <summary>One attempt to one literal end point: no race, and no timer of its own.</summary>
internal sealed class DirectRun(HappyEyeballsOptions options, TimerQueue timers, PolicyGate gate, EndPoint endPoint, RaceJournal journal, Establish? establish)
{
    private readonly RaceAttempt _attempt = new(0, endPoint, null, journal);
    private readonly AttemptList _attempts = new();
    private bool _timedOut;

    /// <summary>What the connection will show.</summary>
    public IReadOnlyList<ConnectAttempt> Attempts => _attempts;

    /// <exception cref="ConnectionException">It did not answer, or is denied.</exception>
    public async Task<RaceAttempt> RunAsync(CancellationToken cancellationToken)
    {
        Admit();
        var deadline = new ConnectDeadline(OnTimeLimit);
        timers.Set(deadline, options.ConnectTimeout);
        await using (cancellationToken.UnsafeRegister(static attempt => ((RaceAttempt)attempt!).Cancel(), _attempt).ConfigureAwait(false))
            await ConnectAsync().ConfigureAwait(false);
        timers.Remove(deadline);
        var won = await _attempt.FinishAsync(won: !cancellationToken.IsCancellationRequested).ConfigureAwait(false);
        _attempts.Set([_attempt.ToConnectAttempt()]);
        if (won)
            return _attempt;
        cancellationToken.ThrowIfCancellationRequested();
        throw Failure();
    }

    // Whoever establishes may not look at the token; the attempt is over all the same.
    private Task ConnectAsync() => establish is null
        ? _attempt.ConnectAsync(options, gate, RaceReason.Answer, null)
        : Task.WhenAny(_attempt.ConnectAsync(options, gate, RaceReason.Answer, EstablishAsync), _attempt.Ended);

    private void Admit()
    {
        var decision = gate.Judge(endPoint);
        if (decision.IsAllowed)
            return;
        journal.Denied(endPoint, decision);
        throw PolicyGate.Refusal(endPoint);
    }

    private void OnTimeLimit()
    {
        Volatile.Write(ref _timedOut, true);
        _attempt.Cancel();
    }

    private Exception Failure() => _attempt.Outcome switch
    {
        ConnectOutcome.Denied => PolicyGate.Refusal(endPoint),
        ConnectOutcome.NoAnswer when Volatile.Read(ref _timedOut) => new ConnectionException(ConnectionError.TimedOut,
            FormattableString.Invariant($"Could not connect to {NetEndPoint.Format(endPoint)}: timed out after {options.ConnectTimeout.TotalSeconds} s."), endPoint),
        // It gave up by a limit of its own: nothing of the caller's was cancelled.
        ConnectOutcome.Failed when _attempt.Error is OperationCanceledException error => new ConnectionException(ConnectionError.EstablishFailed,
            $"Could not connect to {NetEndPoint.Format(endPoint)}: what establishes gave up without being cancelled.", endPoint, error),
        _ => _attempt.Error!,
    };

    private ValueTask EstablishAsync(TransportStream stream, RaceAttempt attempt, CancellationToken cancellationToken) =>
        attempt.EstablishAsync(StreamConnection.Open(stream, options.Connection, _attempts), establish!, cancellationToken);
}

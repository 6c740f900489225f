using System.Net;

namespace Net.Async;

/// <summary>One attempt to one literal end point: no race, and no timer of its own.</summary>
internal sealed class DirectRun(HappyEyeballsOptions options, Deadlines deadlines, EndPoint endPoint, RaceJournal journal, Establish? establish) : IDisposable
{
    private readonly RaceAttempt _attempt = new(0, endPoint, null, journal);
    private readonly List<ConnectAttempt> _attempts = new(1);
    private bool _timedOut;

    /// <summary>What the connection will show.</summary>
    public IReadOnlyList<ConnectAttempt> Attempts => _attempts;

    /// <exception cref="ConnectionException">It did not answer, or is denied.</exception>
    public async Task<RaceAttempt> RunAsync(CancellationToken cancellationToken)
    {
        var gate = new PolicyGate(options.Policy, null);
        Admit(gate);
        var deadline = deadlines.Add(OnTimeLimit);
        await using (cancellationToken.UnsafeRegister(static attempt => ((RaceAttempt)attempt!).Cancel(), _attempt).ConfigureAwait(false))
            await ConnectAsync(gate).ConfigureAwait(false);
        deadlines.Remove(deadline);
        await _attempt.FinishAsync(won: !cancellationToken.IsCancellationRequested).ConfigureAwait(false);
        _attempts.Add(_attempt.ToConnectAttempt());
        cancellationToken.ThrowIfCancellationRequested();
        return _attempt.Error is null ? _attempt : throw Failure(_attempt.Error);
    }

    // Whoever establishes may not look at the token; the attempt is over all the same.
    private Task ConnectAsync(PolicyGate gate) => establish is null
        ? _attempt.ConnectAsync(options, gate, RaceReason.Answer, null)
        : Task.WhenAny(_attempt.ConnectAsync(options, gate, RaceReason.Answer, EstablishAsync), _attempt.Ended);

    private void Admit(PolicyGate gate)
    {
        var decision = gate.Judge(endPoint);
        if (decision.IsAllowed)
            return;
        journal.Denied(endPoint, decision);
        throw new ConnectionException(ConnectionError.Denied, $"Could not connect to {NetEndPoint.Format(endPoint)}: the connection policy denies it.", endPoint);
    }

    public void Dispose() => _attempt.Dispose();

    private void OnTimeLimit()
    {
        Volatile.Write(ref _timedOut, true);
        _attempt.Cancel();
    }

    private Exception Failure(Exception error) => error is OperationCanceledException && Volatile.Read(ref _timedOut)
        ? new ConnectionException(ConnectionError.TimedOut,
            $"Could not connect to {NetEndPoint.Format(endPoint)}: timed out after {options.ConnectTimeout.TotalSeconds} s.", endPoint)
        : error;

    private ValueTask EstablishAsync(IoStream stream, RaceAttempt attempt, CancellationToken cancellationToken)
    {
        var connection = new StreamConnection(stream, options.Connection, attempts: _attempts);
        connection.Start();
        return attempt.EstablishAsync(connection, establish!, cancellationToken);
    }
}

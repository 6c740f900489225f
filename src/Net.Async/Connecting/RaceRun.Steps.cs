using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>The steps of a connect: an input to the race, and what it asks for.</summary>
internal sealed partial class RaceRun
{
    /// <summary>One input, then what the race asks for: noted under the lock, done outside of it. Starts are done by whoever is at it already, since an attempt may end where it starts.</summary>
    private void Step(Action<ConnectRace, TimeSpan> input)
    {
        var cancelled = new List<RaceAttempt>();
        lock (_lock)
        {
            input(_race, _journal.Now);
            while (_race.TryTake(out var command))
            {
                if (command.Action == RaceAction.Cancel)
                    cancelled.Add(_attempts[command.Attempt]);
                else
                    _todo.Enqueue((command, command.Action == RaceAction.Ask ? null : AttemptOf(command)));
            }

            Arm();
        }

        cancelled.ForEach(static attempt => attempt.Cancel());
        while (TryNext(out var command, out var attempt))
        {
            Do(command, attempt!);
            lock (_lock)
                _doing = false;
        }

        if (_race.Outcome != RaceOutcome.Running)
            _ended.TrySetResult();
    }

    private bool TryNext(out RaceCommand command, out RaceAttempt? attempt)
    {
        lock (_lock)
        {
            (command, attempt) = default((RaceCommand, RaceAttempt?));
            if (_doing || !_todo.TryDequeue(out var next))
                return false;
            (command, attempt) = next;
            return _doing = true;
        }
    }

    private RaceAttempt AttemptOf(RaceCommand command)
    {
        if (command.Action == RaceAction.Start)
        {
            var address = _reach.ToDial(command.Address!);
            _attempts.Add(new RaceAttempt(command.Attempt, _target.At(address), ReferenceEquals(address, command.Address) ? null : _target.At(command.Address!), _journal));
        }

        return _attempts[command.Attempt];
    }

    private void Do(RaceCommand command, RaceAttempt attempt)
    {
        if (command.Action == RaceAction.Ask)
            _ = LookUpAsync(command.Family);
        else if (command.Action == RaceAction.Start)
            _ = RunAttemptAsync(attempt, command.Reason);
        else
            _journal.Slow(attempt.EndPoint);
    }

    private void Arm()
    {
        if (_race.WakeAt is not { } at)
            return;
        // Up to the next millisecond: a timer that fires early would only be set again.
        var wait = TimeSpan.FromMilliseconds(Math.Max(Math.Ceiling((at - _journal.Now).TotalMilliseconds), 0));
        if (_timer is null)
            _timer = _options.TimeProvider.CreateTimer(static run => ((RaceRun)run!).Step(static (race, now) => race.OnTimer(now)), this, wait, Timeout.InfiniteTimeSpan);
        else
            _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    private async Task LookUpAsync(AddressFamily family)
    {
        var answer = await _lookups.AskAsync(family, _over.Token).ConfigureAwait(false);
        Step((race, now) =>
        {
            // Late answers are nobody's any more, and what was told stays as it was.
            if (race.Outcome != RaceOutcome.Running)
                return;
            _report.Add(family, answer);
            if (answer.Denied > 0 && _gate.DeniesMixedAnswers)
                race.Cancel();
            else
                race.OnAnswer(family, answer.Addresses, now);
        });
    }

    private async Task RunAttemptAsync(RaceAttempt attempt, RaceReason reason)
    {
        await attempt.ConnectAsync(_options, _gate, reason, _establish is null ? null : EstablishAsync).ConfigureAwait(false);
        var won = false;
        Step((race, now) =>
        {
            if (attempt.Error is null)
                won = race.OnConnected(attempt.Number);
            else
                race.OnFailed(attempt.Number, attempt.SentNothing, now);
        });
        await attempt.FinishAsync(won).ConfigureAwait(false);
    }

    private ValueTask EstablishAsync(TransportStream stream, RaceAttempt attempt, CancellationToken cancellationToken)
    {
        var connection = StreamConnection.Open(stream, _options.Connection, _report.Attempts);
        Step((race, now) => race.OnReached(attempt.Number, now));
        return attempt.EstablishAsync(connection, _establish!, cancellationToken);
    }
}

using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>One connect to a name: feeds the race with answers, ends of attempts and the time, and does what it asks for.</summary>
internal sealed class RaceRun : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly HappyEyeballsOptions _options;
    private readonly ConnectMemory _memory;
    private readonly RaceTarget _target;
    private readonly Establish? _establish;
    private readonly RaceJournal _journal;
    private readonly PolicyGate _gate;
    private readonly Reach _reach;
    private readonly RaceLookups _lookups;
    private readonly RaceReport _report;
    private readonly ConnectRace _race;
    private readonly List<RaceAttempt> _attempts = [];
    private readonly CancellationTokenSource _over = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Queue<(RaceCommand Command, RaceAttempt? Attempt)> _todo = new();
    private readonly long _epoch;
    private ITimer? _timer;
    private bool _doing;
    private bool _sorted;

    public RaceRun(HappyEyeballsOptions options, ConnectMemory memory, RaceTarget target, RaceJournal journal, Establish? establish)
    {
        (_options, _memory, _target, _journal, _establish) = (options, memory, target, journal, establish);
        _gate = new PolicyGate(options.Policy, target.Name.Host, memory.Nat64);
        _reach = new Reach(options.SourceOf, memory.Nat64.IsNeeded ? memory.Nat64.Known : []);
        _lookups = new RaceLookups(options, target, journal, _reach, memory.Nat64, _gate);
        _report = new RaceReport(options, target, _reach, _gate);
        _epoch = memory.Epoch;
        _race = new ConnectRace(Settings());
    }

    /// <summary>Runs to the end. The attempt returned is the caller's, its stream open.</summary>
    /// <exception cref="ConnectException">None won.</exception>
    public async Task<RaceAttempt> RunAsync(CancellationToken cancellationToken)
    {
        var deadline = _memory.Deadlines.Add(() => End(_report.TimedOut));
        await using (cancellationToken.UnsafeRegister(static run => ((RaceRun)run!).End(null), this).ConfigureAwait(false))
        {
            Step(static (_, _) => { });
            await _ended.Task.ConfigureAwait(false);
        }

        _memory.Deadlines.Remove(deadline);
        await DisposeAsync().ConfigureAwait(false);
        _report.Set(_attempts);
        var winner = _race.Outcome == RaceOutcome.Won ? _attempts[_race.Winner] : null;
        _memory.Learn(_epoch, _target.Name, _attempts, winner);
        if (winner is not null && !cancellationToken.IsCancellationRequested)
            return winner;
        // The caller may have gone at the moment of success: nobody would dispose it.
        if (winner is not null)
            await winner.AbandonAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        throw _report.Failure();
    }

    /// <summary>What the winner's connection will show.</summary>
    public IReadOnlyList<ConnectAttempt> Attempts => _report.Attempts;

    /// <summary>Ends the look-ups, and waits until nothing of any attempt is open.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_timer is not null)
            await _timer.DisposeAsync().ConfigureAwait(false);
        _over.CancelUnwatched();
        await Task.WhenAll(_attempts.Select(static attempt => attempt.Ended)).ConfigureAwait(false);
        _attempts.ForEach(static attempt => attempt.Dispose());
    }

    private RaceSettings Settings()
    {
        var preferred = _memory.Preferred(_target.Name);
        var (families, reserve) = _target.Families(_options, preferred, _memory.IsReachable);
        // Where one denied address denies the name, every answer counts.
        (families, reserve) = _gate.DeniesMixedAnswers ? ([.. families, .. reserve], []) : (families, reserve);
        var order = new DestinationOrder(_reach.SourceFor, preferred, _options.FirstAddressFamilyCount, _options.AddressPolicies)
        {
            RoundTripOf = address => _memory.RoundTripTo(_reach.ToDial(address)),
        };
        return new RaceSettings
        {
            Families = families,
            Reserve = reserve,
            PreferredFamily = preferred,
            ResolutionDelay = _options.ResolutionDelay,
            AttemptDelayOf = address => _memory.AttemptDelayFor(_reach.ToDial(address)),
            MaxConcurrentAttempts = _options.Sequential ? 1 : _options.MaxConcurrentAttempts,
            MaxAddresses = _options.MaxAddresses,
            WaitsForAllAnswers = _gate.DeniesMixedAnswers,
            Order = addresses => Sorted(order.Of(addresses)),
            CanGoFirst = order.GoesFirst,
        };
    }

    private IReadOnlyList<IPAddress> Sorted(IReadOnlyList<IPAddress> order)
    {
        if (order.Count > 0)
            _journal.Sorted(Interlocked.Exchange(ref _sorted, true), order);
        return order;
    }

    // Whoever has not won by now does not win any more.
    private void End(Action? because) => Step((race, _) =>
    {
        if (race.Outcome == RaceOutcome.Running)
            because?.Invoke();
        race.Cancel();
    });

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
                race.OnFailed(attempt.Number, _report.IsLocal(attempt), now);
        });
        await attempt.FinishAsync(won).ConfigureAwait(false);
    }

    private ValueTask EstablishAsync(IoStream stream, RaceAttempt attempt, CancellationToken cancellationToken)
    {
        var connection = new StreamConnection(stream, _options.Connection, attempts: _report.Attempts);
        connection.Start();
        Step((race, now) => race.OnReached(attempt.Number, now));
        return attempt.EstablishAsync(connection, _establish!, cancellationToken);
    }
}

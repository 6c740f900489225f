using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>One connect to a name: feeds the race with answers, ends of attempts and the time, and does what it asks for.</summary>
internal sealed partial class RaceRun : IAsyncDisposable
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
    private readonly CancellationTokenSource _over = Unwatched.NewSource();
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
        _report = new RaceReport(options, target, _reach, _gate.DeniesMixedAnswers);
        _epoch = memory.Epoch;
        _race = new ConnectRace(Settings());
    }

    /// <summary>Runs to the end. The attempt returned is the caller's, its stream open.</summary>
    /// <exception cref="ConnectException">None won.</exception>
    public async Task<RaceAttempt> RunAsync(CancellationToken cancellationToken)
    {
        var deadline = new ConnectDeadline(() => End(_report.TimedOut));
        _memory.Timers.Set(deadline, _options.ConnectTimeout);
        await using (cancellationToken.UnsafeRegister(static run => ((RaceRun)run!).End(null), this).ConfigureAwait(false))
        {
            Step(static (_, _) => { });
            await _ended.Task.ConfigureAwait(false);
        }

        _memory.Timers.Remove(deadline);
        await DisposeAsync().ConfigureAwait(false);
        var winner = _race.Outcome == RaceOutcome.Won ? _attempts[_race.Winner] : null;
        _report.Close(_attempts, winner is not null, _journal.Now);
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
}

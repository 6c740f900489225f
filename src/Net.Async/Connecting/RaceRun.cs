using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>One connect: feeds the race with answers, ends of attempts and the time, and does what it asks for.</summary>
internal sealed class RaceRun : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly HappyEyeballsOptions _options;
    private readonly DnsEndPoint _name;
    private readonly Establish? _establish;
    private readonly IReadOnlyList<AddressFamily> _families;
    private readonly RaceJournal _journal;
    private readonly ConnectRace _race;
    private readonly Dictionary<IPAddress, IPAddress?> _sources = [];
    private readonly List<RaceAttempt> _attempts = [];
    private readonly List<ConnectAttempt> _shown = [];
    private readonly List<Exception> _lookupErrors = [];
    private readonly CancellationTokenSource _over = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ITimer _timer;

    public RaceRun(HappyEyeballsOptions options, DnsEndPoint name, Establish? establish)
    {
        _options = options;
        _establish = establish;
        _name = name;
        _families = HappyEyeballsConnector.FamiliesOf(options, name);
        _journal = new RaceJournal(options, name);
        _race = new ConnectRace(
            new RaceSettings(options.PreferredFamily, options.ResolutionDelay, options.AttemptDelay, options.MaxConcurrentAttempts, options.MaxAddresses, CanGoFirst),
            _families,
            addresses => DestinationOrder.Of(addresses, SourceOf, options.PreferredFamily, options.FirstAddressFamilyCount));
        _timer = options.TimeProvider.CreateTimer(static run => ((RaceRun)run!).Step(static (race, now) => race.OnTimer(now)), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Runs to the end. The attempt returned is the caller's, its connection open.</summary>
    public async Task<RaceAttempt> RunAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            foreach (var family in _families)
                _ = LookUpAsync(family);
            await _ended.Task.WaitAsync(_options.ConnectTimeout, _options.TimeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            // The deadline or the caller may have come first; whoever has not won by now does not win any more.
            Step(static (race, _) => race.Cancel());
            await DisposeAsync().ConfigureAwait(false);
        }

        _shown.AddRange(_attempts.Select(attempt => attempt.ToConnectAttempt()));
        if (_race.Outcome == RaceOutcome.Won)
            return Winner(cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        throw _race.Outcome == RaceOutcome.Cancelled
            ? new ConnectException(ConnectionError.TimedOut, _name, _shown, $"timed out after {_options.ConnectTimeout.TotalSeconds} s", null)
            : Failure();
    }

    /// <summary>Ends the look-ups, and waits until nothing of any attempt is open.</summary>
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync().ConfigureAwait(false);
        await _over.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_attempts.Select(attempt => attempt.Ended)).ConfigureAwait(false);
        _attempts.ForEach(static attempt => attempt.Dispose());
    }

    private RaceAttempt Winner(CancellationToken cancellationToken)
    {
        var winner = _attempts[_race.Winner];
        if (cancellationToken.IsCancellationRequested)
        {
            // The caller has gone at the same moment: nobody would dispose it.
            winner.Connection!.Abort();
            cancellationToken.ThrowIfCancellationRequested();
        }

        _journal.Tell(ConnectEventKind.Connected, winner.EndPoint, null);
        return winner;
    }

    private async Task LookUpAsync(AddressFamily family)
    {
        IReadOnlyList<IPAddress> addresses = [];
        Exception? error = null;
        _journal.Tell(ConnectEventKind.LookupStarted, family, null);
        try
        {
            addresses = await _options.Resolver.ResolveAsync(_name.Host, family, _over.Token).ConfigureAwait(false) ?? [];
        }
        catch (Exception exception)
        {
            // One family's failure is no error while the other may answer; whatever a resolver throws ends its look-up only.
            error = exception;
        }

        if (!_over.IsCancellationRequested)
            _journal.Tell(ConnectEventKind.LookupFinished, family, error);
        Step((race, now) =>
        {
            if (error is not null)
                _lookupErrors.Add(error);
            race.OnAnswer(family, addresses, now);
        });
    }

    /// <summary>One input, then what the race asks for. What it asks for is noted under the lock and done outside of it.</summary>
    private void Step(Action<ConnectRace, TimeSpan> input)
    {
        var todo = new List<(RaceAction Action, RaceAttempt Attempt)>();
        lock (_lock)
        {
            input(_race, _journal.Now);
            while (_race.TryTake(out var command))
            {
                if (command.Action == RaceAction.Start)
                    _attempts.Add(new RaceAttempt(command.Attempt, new IPEndPoint(command.Address!, _name.Port), _journal));
                todo.Add((command.Action, _attempts[command.Attempt]));
            }

            if (_race.Outcome == RaceOutcome.Running)
                Arm();
        }

        foreach (var (action, attempt) in todo)
            Do(action, attempt);
        if (_race.Outcome != RaceOutcome.Running)
            _ended.TrySetResult();
    }

    private void Do(RaceAction action, RaceAttempt attempt)
    {
        if (action == RaceAction.Start)
            _ = RunAttemptAsync(attempt);
        else if (action == RaceAction.Slow)
            _journal.Tell(ConnectEventKind.AttemptSlow, attempt.EndPoint, null);
        else
            attempt.Cancel();
    }

    private void Arm()
    {
        if (_race.WakeAt is not { } at)
            return;
        // Up to the next millisecond: a timer that fires early would only be set again.
        var wait = Math.Max(Math.Ceiling((at - _journal.Now).TotalMilliseconds), 0);
        _timer.Change(TimeSpan.FromMilliseconds(wait), Timeout.InfiniteTimeSpan);
    }

    private async Task RunAttemptAsync(RaceAttempt attempt)
    {
        _journal.Tell(ConnectEventKind.AttemptStarted, attempt.EndPoint, null);
        await attempt.ConnectAsync(_options.Connection, _shown, _establish, () => Step((race, now) => race.OnReached(attempt.Number, now))).ConfigureAwait(false);
        var won = false;
        Step((race, now) =>
        {
            if (attempt.IsEstablished)
                won = race.OnConnected(attempt.Number);
            else
                race.OnFailed(attempt.Number, local: attempt.Connection is null && SourceOf(attempt.EndPoint.Address) is null, now);
        });
        await attempt.FinishAsync(won).ConfigureAwait(false);
    }

    private IPAddress? SourceOf(IPAddress address)
    {
        lock (_lock)
        {
            if (!_sources.TryGetValue(address, out var source))
                _sources[address] = source = SourceAddresses.Of(address);
            return source;
        }
    }

    private bool CanGoFirst(IPAddress address) =>
        _options.PreferredFamily == AddressFamily.InterNetwork || new Destination(address, SourceOf(address)).GoesBeforeIPv4;

    private ConnectException Failure()
    {
        if (_shown.Count == 0)
        {
            var cause = _lookupErrors.FirstOrDefault();
            var error = _lookupErrors.OfType<ConnectionException>().FirstOrDefault()?.Error ?? ConnectionError.HostNotFound;
            return new ConnectException(error, _name, _shown, error == ConnectionError.HostNotFound ? "the name has no address" : "the look-up failed", cause);
        }

        // The one that tells most: the first that reached the network; a missing route tells of this machine only.
        var telling = (_shown.Find(attempt => SourceOf(((IPEndPoint)attempt.EndPoint).Address) is not null) ?? _shown[0]).Error;
        var told = telling as ConnectionException;
        return new ConnectException(told?.Error ?? ConnectionError.Unknown, _name, _shown,
            _shown.Count == 1 ? "the one address did not answer" : $"none of {_shown.Count} addresses answered", told?.InnerException ?? telling);
    }
}

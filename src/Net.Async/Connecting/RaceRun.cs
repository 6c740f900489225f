using System.Net.Sockets;
using System.Threading.Channels;

namespace Net.Async;

/// <summary>One connect: a mailbox of inputs, and one loop that gives each of them to the race and does what the race asks for.</summary>
/// <remarks>
/// Look-ups, attempts, timers and the caller's token only write into the mailbox. Everything that decides runs in the loop, one input after the other, so that nothing here needs a lock.
/// The end of a look-up or of an attempt runs the loop where it is written, as an await would; timers and the token write from the thread pool.
/// </remarks>
internal sealed class RaceRun
{
    // An attempt writes twice at most; besides there are the look-ups, the two timers and the caller's token.
    private const int InputsOfAnAttempt = 2, OtherInputs = 8;

    private readonly List<RaceAttempt> _attempts = [];
    private readonly Channel<RaceInput> _inputs;
    private readonly HappyEyeballsOptions _options;
    private readonly TimerQueue _timers;
    private readonly RaceGoal _goal;
    private readonly RaceJournal _journal;
    private readonly Establish? _establish;
    private readonly TlsClientOptions? _tls;
    private readonly ConnectRace _race;
    private CancellationTokenSource? _lookUps;
    private RaceTimer? _alarm;
    private bool _timedOut;

    public RaceRun(HappyEyeballsOptions options, TimerQueue timers, RaceGoal goal, RaceJournal journal, Establish? establish)
    {
        (_options, _timers, _goal, _journal, _establish, _tls) = (options, timers, goal, journal, establish, options.Tls);
        var settings = goal.Settings;
        _race = new ConnectRace(settings);
        _inputs = Channel.CreateBounded<RaceInput>(new BoundedChannelOptions((InputsOfAnAttempt * settings.MaxAddresses) + OtherInputs)
        {
            SingleReader = true,
            AllowSynchronousContinuations = true,
        });
    }

    /// <summary>What the winner's connection will show.</summary>
    public IReadOnlyList<ConnectAttempt> Attempts => _goal.Attempts;

    /// <summary>Runs to the end, when nothing of any other attempt is open. The attempt returned is the caller's, its stream open.</summary>
    /// <exception cref="ConnectionException">None won.</exception>
    public async Task<RaceAttempt> RunAsync(CancellationToken cancellationToken)
    {
        var limit = new RaceTimer(_inputs.Writer, RaceInputKind.TimedOut);
        _timers.Set(limit, _options.ConnectTimeout);
        // The token is an input as well: a read that it ended would leave attempts behind.
        await using (OnCancel(cancellationToken).ConfigureAwait(false))
        {
            Execute();
            while (_race.Outcome == RaceOutcome.Running)
            {
                Take(await _inputs.Reader.ReadAsync(CancellationToken.None).ConfigureAwait(false));
                Execute();
            }
        }

        _timers.Remove(limit);
        if (_alarm is not null)
            _timers.Remove(_alarm);
        _lookUps?.CancelWithoutWaiting();
        // Every attempt that has lost is cancelled by now, and writes once more when it is over.
        while (_attempts.Exists(static attempt => !attempt.IsOver))
            await _inputs.Reader.ReadAsync(CancellationToken.None).ConfigureAwait(false);
        var winner = _race.Outcome == RaceOutcome.Won ? _attempts[_race.Winner] : null;
        _goal.Close(_attempts, winner);
        if (winner is not null && !cancellationToken.IsCancellationRequested)
            return winner;
        // The caller may have gone at the moment of success: nothing else would dispose it.
        if (winner is not null)
            await winner.AbandonAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        throw _goal.Failure(_timedOut);
    }

    private CancellationTokenRegistration OnCancel(CancellationToken cancellationToken) => !cancellationToken.CanBeCanceled ? default
        : cancellationToken.UnsafeRegister(static timer => ((RaceTimer)timer!).OnElapsed(), new RaceTimer(_inputs.Writer, RaceInputKind.Cancelled));

    private void Take(RaceInput input)
    {
        var now = _journal.Now;
        switch (input.Kind)
        {
            case RaceInputKind.Answered:
                Answer(input.Family, input.Answer!, now);
                break;
            case RaceInputKind.Reached:
                _race.OnReached(input.Attempt, now);
                break;
            case RaceInputKind.Ended:
                End(_attempts[input.Attempt], now);
                break;
            case RaceInputKind.Woken:
                _race.OnTimer(now);
                break;
            default:
                _timedOut = input.Kind == RaceInputKind.TimedOut;
                _race.Cancel();
                break;
        }
    }

    private void End(RaceAttempt attempt, TimeSpan now)
    {
        if (attempt.IsOver)
            _race.OnFailed(attempt.Number, attempt.SentNothing, now);
        else if (_race.OnConnected(attempt.Number))
            attempt.Win();
    }

    private void Answer(AddressFamily family, RaceAnswer answer, TimeSpan now)
    {
        if (_goal.Add(family, answer))
            _race.OnAnswer(family, answer.Addresses, now);
        else
            _race.Cancel();
    }

    private void Execute()
    {
        while (_race.TryTake(out var command))
        {
            switch (command.Action)
            {
                case RaceAction.Resolve:
                    Ask(command.Family);
                    break;
                case RaceAction.Start:
                    Start(command);
                    break;
                case RaceAction.DelayElapsed:
                    _journal.DelayElapsed(_attempts[command.Attempt].EndPoint);
                    break;
                default:
                    _attempts[command.Attempt].Cancel();
                    break;
            }
        }

        if (_race.WakeAt is { } at)
            _timers.Set(_alarm ??= new RaceTimer(_inputs.Writer, RaceInputKind.Woken), at > _journal.Now ? at - _journal.Now : TimeSpan.Zero);
    }

    private void Ask(AddressFamily family)
    {
        if (_goal.Known(family) is { } answer)
            Answer(family, answer, _journal.Now);
        else
            _ = LookUpAsync(family, (_lookUps ??= Unwatched.NewSource()).Token);
    }

    private void Start(RaceCommand command)
    {
        var attempt = _goal.NewAttempt(command.Attempt, command.Address!);
        _attempts.Add(attempt);
        _ = attempt.RunAsync(_options, _goal.Gate, command.Reason, _establish is null && _tls is null ? null : EstablishAsync, _inputs.Writer);
    }

    private async Task LookUpAsync(AddressFamily family, CancellationToken cancellationToken)
    {
        var answer = await _goal.AskAsync(family, cancellationToken).ConfigureAwait(false);
        _inputs.Writer.TryWrite(new(RaceInputKind.Answered) { Family = family, Answer = answer });
    }

    private async ValueTask EstablishAsync(TransportStream stream, RaceAttempt attempt, CancellationToken cancellationToken)
    {
        _inputs.Writer.TryWrite(new(RaceInputKind.Reached) { Attempt = attempt.Number });
        // Away from the loop, which may stand below: what establishes may block, and an end of the connect must get through.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        if (_tls is not null)
            stream = await attempt.EncryptAsync(stream, _tls, _options.TimeProvider, cancellationToken).ConfigureAwait(false);
        if (_establish is not null)
            await attempt.EstablishAsync(StreamConnection.Open(stream, _options.Connection, _goal.Attempts), _establish, cancellationToken).ConfigureAwait(false);
    }
}

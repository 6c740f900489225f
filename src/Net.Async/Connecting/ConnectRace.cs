using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>RFC 8305 as a state machine: answers, ends of attempts and the time come in, look-ups and attempts to start and to cancel go out. No socket, no clock, no task.</summary>
internal sealed class ConnectRace
{
    /// <summary>Two attempts never start closer than this (RFC 8305, 5: MUST NOT be less than 10 ms).</summary>
    public static readonly TimeSpan LeastDelay = TimeSpan.FromMilliseconds(10);

    private readonly RaceSettings _settings;
    private readonly RaceCandidates _candidates;
    private readonly List<AddressFamily> _asking = [];
    private readonly SortedSet<int> _live = [];
    private readonly Queue<RaceCommand> _commands = new();
    private bool _reserveAsked;
    private bool _open;
    private TimeSpan? _opensAt;
    private TimeSpan _lastStart;
    private TimeSpan _lastDelay;
    private TimeSpan _nextAt;
    private int _attempts;

    public ConnectRace(RaceSettings settings)
    {
        _settings = settings;
        _candidates = new RaceCandidates(settings);
        Ask(settings.Families);
    }

    public RaceOutcome Outcome { get; private set; }

    /// <summary>The attempt that won, once one has.</summary>
    public int Winner { get; private set; } = -1;

    /// <summary>When to call <see cref="OnTimer"/>; null when only an answer or an attempt can change anything.</summary>
    public TimeSpan? WakeAt => Outcome != RaceOutcome.Running ? null
        : !_open ? (_settings.WaitsForAllAnswers ? null : _opensAt)
        : _candidates.Next() is not null && _live.Count < _settings.MaxConcurrentAttempts ? _nextAt
        : null;

    public bool TryTake(out RaceCommand command) => _commands.TryDequeue(out command);

    /// <summary>A look-up has ended: with addresses, with none, or badly, which is none.</summary>
    public void OnAnswer(AddressFamily family, IReadOnlyList<IPAddress> addresses, TimeSpan now)
    {
        if (Outcome != RaceOutcome.Running || !_asking.Remove(family))
            return;
        _candidates.Add(addresses, moreToCome: _asking.Count > 0);
        // From the first answer with addresses, not from the question (RFC 8305, 3).
        if (_candidates.Count > 0)
            _opensAt ??= now + _settings.ResolutionDelay;
        Advance(RaceReason.Answer, now);
    }

    /// <summary>An answer has changed: candidates that it no longer has vanish, running attempts stay.</summary>
    public void OnChanged(AddressFamily family, IReadOnlyList<IPAddress> addresses, TimeSpan now)
    {
        if (Outcome != RaceOutcome.Running)
            return;
        _candidates.Replace(family, addresses);
        Advance(RaceReason.Answer, now);
    }

    /// <summary>An attempt has connected: the first one wins, and every other one is cancelled.</summary>
    /// <returns>Whether this one won.</returns>
    public bool OnConnected(int attempt)
    {
        if (!_live.Remove(attempt) || Outcome != RaceOutcome.Running)
            return false;
        (Outcome, Winner) = (RaceOutcome.Won, attempt);
        CancelAll();
        return true;
    }

    /// <summary>An attempt is connected and has more to do: when it is the newest, the next one waits anew, once, for a delay or three round trips.</summary>
    public void OnReached(int attempt, TimeSpan now)
    {
        if (attempt != _attempts - 1 || !_live.Contains(attempt))
            return;
        var roundTrips = 3 * (now - _lastStart);
        var until = now + (roundTrips > _lastDelay ? roundTrips : _lastDelay);
        _nextAt = until > _nextAt ? until : _nextAt;
    }

    /// <summary>An attempt has failed. When it was the newest, the next one need not wait any longer; an older one changes nothing.</summary>
    /// <param name="attempt">Its number.</param>
    /// <param name="local">No packet has left this machine: it does not count as a start.</param>
    /// <param name="now">The time.</param>
    public void OnFailed(int attempt, bool local, TimeSpan now)
    {
        if (!_live.Remove(attempt) || Outcome != RaceOutcome.Running)
            return;
        if (attempt == _attempts - 1)
        {
            var earliest = local || now > _lastStart + LeastDelay ? now : _lastStart + LeastDelay;
            _nextAt = earliest < _nextAt ? earliest : _nextAt;
        }

        Advance(RaceReason.Failure, now);
    }

    public void OnTimer(TimeSpan now) => Advance(_open ? RaceReason.AttemptDelay : RaceReason.ResolutionDelay, now);

    /// <summary>The caller, the deadline or a policy ends it.</summary>
    public void Cancel()
    {
        if (Outcome != RaceOutcome.Running)
            return;
        Outcome = RaceOutcome.Cancelled;
        // Look-ups that have not begun are not begun any more.
        _commands.Clear();
        CancelAll();
    }

    private void Ask(IReadOnlyList<AddressFamily> families)
    {
        _asking.AddRange(families);
        foreach (var family in families)
            _commands.Enqueue(new RaceCommand(RaceAction.Resolve) { Family = family });
    }

    private void Advance(RaceReason reason, TimeSpan now)
    {
        if (Outcome != RaceOutcome.Running)
            return;
        _open |= IsOpen(now);
        while (_open && now >= _nextAt && _live.Count < _settings.MaxConcurrentAttempts && _candidates.Next() is { } address)
            Start(address, reason, now);
        if (_live.Count == 0 && _asking.Count == 0 && _candidates.Next() is null && !AskReserve())
            Outcome = RaceOutcome.Failed;
    }

    // The last resort: there may be names of this machine, or routes that no notice was received for.
    private bool AskReserve()
    {
        if (_reserveAsked || _settings.Reserve.Count == 0)
            return false;
        _reserveAsked = true;
        Ask(_settings.Reserve);
        return true;
    }

    private void Start(IPAddress address, RaceReason reason, TimeSpan now)
    {
        if (_live.Contains(_attempts - 1))
            _commands.Enqueue(new RaceCommand(RaceAction.DelayElapsed) { Attempt = _attempts - 1 });
        _candidates.Started(address);
        _live.Add(_attempts);
        _commands.Enqueue(new RaceCommand(RaceAction.Start) { Attempt = _attempts++, Address = address, Reason = reason });
        (_lastStart, _lastDelay) = (now, _settings.AttemptDelayOf(address));
        _nextAt = now + _lastDelay;
    }

    // RFC 8305, 3: the preferred family's addresses open at once, so does its answer that it has none; else the Resolution Delay.
    // An answer that another family's could still be sorted before does not open: who cannot be reached must not go first.
    private bool IsOpen(TimeSpan now)
    {
        if (_candidates.Count == 0)
            return false;
        if (_asking.Count == 0)
            return true;
        if (_settings.WaitsForAllAnswers)
            return false;
        var preferred = _settings.PreferredFamily;
        return now >= _opensAt
            || (!_asking.Contains(preferred)
                && (!_candidates.Has(preferred) || (_candidates.First.AddressFamily == preferred && _settings.CanGoFirst(_candidates.First))));
    }

    private void CancelAll()
    {
        foreach (var attempt in _live)
            _commands.Enqueue(new RaceCommand(RaceAction.Cancel) { Attempt = attempt });
        _live.Clear();
    }
}

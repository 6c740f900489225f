using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>RFC 8305 as a state machine: answers, ends of attempts and the time come in, attempts to start and to cancel go out. No socket, no clock, no task.</summary>
internal sealed class ConnectRace
{
    /// <summary>Two attempts never start closer than this (RFC 8305, 5: MUST NOT be less than 10 ms).</summary>
    public static readonly TimeSpan LeastDelay = TimeSpan.FromMilliseconds(10);

    private readonly RaceSettings _settings;
    private readonly Func<IReadOnlyList<IPAddress>, IReadOnlyList<IPAddress>> _order;
    private readonly List<AddressFamily> _asking;
    private readonly List<IPAddress> _known = [];
    private readonly HashSet<IPAddress> _started = [];
    private readonly SortedSet<int> _live = [];
    private readonly Queue<RaceCommand> _commands = new();
    private IReadOnlyList<IPAddress> _ordered = [];
    private bool _open;
    private TimeSpan? _opensAt;
    private TimeSpan _lastStart;
    private TimeSpan _nextAt;
    private int _attempts;

    /// <param name="settings">Delays and bounds.</param>
    /// <param name="families">The families that are being looked up.</param>
    /// <param name="order">Puts addresses in the order to try them.</param>
    public ConnectRace(RaceSettings settings, IEnumerable<AddressFamily> families, Func<IReadOnlyList<IPAddress>, IReadOnlyList<IPAddress>> order)
    {
        _settings = settings;
        _order = order;
        _asking = [.. families];
    }

    public RaceOutcome Outcome { get; private set; }

    /// <summary>The attempt that won, once one has.</summary>
    public int Winner { get; private set; } = -1;

    /// <summary>When to call <see cref="OnTimer"/>; null when only an answer or an attempt can change anything.</summary>
    public TimeSpan? WakeAt => Outcome != RaceOutcome.Running ? null
        : !_open ? _opensAt
        : Next() is not null && _live.Count < _settings.MaxConcurrentAttempts ? _nextAt
        : null;

    public bool TryTake(out RaceCommand command) => _commands.TryDequeue(out command);

    /// <summary>A look-up has ended: with addresses, with none, or badly, which is none.</summary>
    public void OnAnswer(AddressFamily family, IReadOnlyList<IPAddress> addresses, TimeSpan now)
    {
        if (Outcome != RaceOutcome.Running || !_asking.Remove(family))
            return;
        Merge(addresses, family);
        // From the first answer with addresses, not from the question (RFC 8305, 3).
        if (_known.Count > 0)
            _opensAt ??= now + _settings.ResolutionDelay;
        Go(now);
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

    /// <summary>An attempt is connected and has more to do: when it is the newest, the next one waits anew, once.</summary>
    public void OnReached(int attempt, TimeSpan now)
    {
        if (attempt == _attempts - 1 && _live.Contains(attempt) && now + _settings.AttemptDelay > _nextAt)
            _nextAt = now + _settings.AttemptDelay;
    }

    /// <summary>An attempt has failed. When it was the newest, the next one need not wait any longer; an older one changes nothing.</summary>
    /// <param name="attempt">Its number.</param>
    /// <param name="local">No packet has left this machine: it does not count as a start.</param>
    /// <param name="now">The time.</param>
    public void OnFailed(int attempt, bool local, TimeSpan now)
    {
        if (!_live.Remove(attempt) || Outcome != RaceOutcome.Running)
            return;
        if (attempt == _attempts - 1 || _live.Count == 0)
        {
            var earliest = local || now > _lastStart + LeastDelay ? now : _lastStart + LeastDelay;
            _nextAt = earliest < _nextAt ? earliest : _nextAt;
        }

        Go(now);
    }

    public void OnTimer(TimeSpan now) => Go(now);

    /// <summary>The caller or the deadline ends it.</summary>
    public void Cancel()
    {
        if (Outcome != RaceOutcome.Running)
            return;
        Outcome = RaceOutcome.Cancelled;
        CancelAll();
    }

    private void Go(TimeSpan now)
    {
        if (Outcome != RaceOutcome.Running)
            return;
        _open |= IsOpen(now);
        while (_open && now >= _nextAt && _live.Count < _settings.MaxConcurrentAttempts && Next() is { } address)
        {
            if (_live.Count > 0)
                _commands.Enqueue(new RaceCommand(RaceAction.Slow, _live.Max, null));
            _started.Add(address);
            _live.Add(_attempts);
            _commands.Enqueue(new RaceCommand(RaceAction.Start, _attempts++, address));
            (_lastStart, _nextAt) = (now, now + _settings.AttemptDelay);
        }

        if (_live.Count == 0 && _asking.Count == 0 && Next() is null)
            Outcome = RaceOutcome.Failed;
    }

    // RFC 8305, 3: the preferred family's addresses open at once, so does its answer that it has none; else the Resolution Delay.
    // An answer that another family's could still be sorted before does not open: who cannot be reached must not go first.
    private bool IsOpen(TimeSpan now) =>
        _known.Count > 0
        && (_asking.Count == 0
            || !_asking.Contains(_settings.PreferredFamily)
            && (_ordered[0].AddressFamily == _settings.PreferredFamily && _settings.CanGoFirst(_ordered[0]) || !_known.Exists(IsPreferred))
            || now >= _opensAt);

    private bool IsPreferred(IPAddress address) => address.AddressFamily == _settings.PreferredFamily;

    private IPAddress? Next()
    {
        foreach (var address in _ordered)
        {
            if (!_started.Contains(address))
                return address;
        }

        return null;
    }

    // A later answer joins the order as if it had been there from the start (RFC 8305, 6).
    private void Merge(IReadOnlyList<IPAddress> addresses, AddressFamily family)
    {
        var room = _settings.MaxAddresses - _known.Count;
        // The first answer leaves room for the other family's.
        room = _asking.Count > 0 ? Math.Max(room - (room / 2), 1) : room;
        foreach (var raw in addresses)
        {
            var address = raw.Fold();
            if (room == 0)
                break;
            // What is of another family than was asked for, mapped addresses included, is no answer.
            if (address.AddressFamily != family || _known.Contains(address))
                continue;
            _known.Add(address);
            room--;
        }

        _ordered = _order(_known);
    }

    private void CancelAll()
    {
        foreach (var attempt in _live)
            _commands.Enqueue(new RaceCommand(RaceAction.Cancel, attempt, null));
        _live.Clear();
    }
}

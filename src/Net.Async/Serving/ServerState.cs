namespace Net.Async;

/// <summary>The phase of one server, its tokens, and what follows from the phase: the hold on the process, and the order of its notices.</summary>
internal sealed class ServerState(ServerOptions options, PhaseNotices notices)
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stopping = Unwatched.NewSource();
    private readonly CancellationTokenSource _aborting = Unwatched.NewSource();
    private ServerPhase _phase;
    private CancellationTokenRegistration _stopRegistration;
    private bool _followsStopToken;
    private bool _keepsProcessAlive = options.Listener.KeepProcessAlive;
    private bool _holdsProcess;

    public bool IsListening => Phase == ServerPhase.Listening;

    public ServerPhase Phase
    {
        get
        {
            lock (_lock)
                return _phase;
        }
    }

    /// <summary>Cancelled when a stop begins.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Cancelled when a stop has reached its deadline.</summary>
    public CancellationToken Aborted => _aborting.Token;

    public bool KeepProcessAlive
    {
        get
        {
            lock (_lock)
                return _keepsProcessAlive;
        }

        set
        {
            lock (_lock)
            {
                _keepsProcessAlive = value;
                HoldProcessLocked();
            }
        }
    }

    /// <summary>Starts listening.</summary>
    /// <param name="listen">Called under the lock, so that a stop waits for it. When it throws, nothing has changed.</param>
    public void Start(Action listen)
    {
        lock (_lock)
        {
            if (_phase != ServerPhase.Bound)
            {
                if (_phase == ServerPhase.Stopping)
                    options.Stop.Token.ThrowIfCancellationRequested();
                throw new InvalidOperationException(_phase == ServerPhase.Listening ? "The server listens already." : "The server has stopped; make a new one.");
            }

            listen();
            // A listener of the user's may have stopped the server in there.
            if (_phase == ServerPhase.Bound)
                MoveLocked(ServerPhase.Listening);
        }

        notices.Tell();
    }

    /// <summary>Moves on, if the phase comes after the present one; true for the caller that did it.</summary>
    public bool TryMove(ServerPhase phase, out ServerPhase from)
    {
        lock (_lock)
        {
            from = _phase;
            if (_phase >= phase)
                return false;
            MoveLocked(phase);
        }

        if (phase == ServerPhase.Stopping)
            _stopRegistration.Unregister();
        return true;
    }

    public void CancelStopping() => _stopping.CancelWithoutWaiting();

    public void CancelAborted() => _aborting.CancelWithoutWaiting();

    /// <summary>Follows the token of the options from when something is bound: before that the token is only looked at.</summary>
    public void FollowStopToken(Action stop)
    {
        if (!options.Stop.Token.CanBeCanceled || Interlocked.Exchange(ref _followsStopToken, true))
            return;
        var registration = options.Stop.Token.UnsafeRegister(static stop => ((Action)stop!)(), stop);
        lock (_lock)
        {
            if (_phase != ServerPhase.Stopping)
            {
                _stopRegistration = registration;
                return;
            }
        }

        registration.Unregister();
    }

    private void MoveLocked(ServerPhase phase)
    {
        notices.OnMoved(_phase, phase);
        _phase = phase;
        HoldProcessLocked();
    }

    private void HoldProcessLocked()
    {
        var holds = _keepsProcessAlive && (_phase is ServerPhase.Listening or ServerPhase.Unbound);
        if (holds == _holdsProcess)
            return;
        _holdsProcess = holds;
        if (holds)
            ProcessHold.Enter();
        else
            ProcessHold.Leave();
    }
}

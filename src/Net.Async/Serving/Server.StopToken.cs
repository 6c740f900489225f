namespace Net.Async;

public abstract partial class Server
{
    private CancellationTokenRegistration _stopRegistration;
    private bool _followsStopToken;
    private bool _holdsProcess;

    /// <summary>Keeps the process alive from the start to the stop; without it the process ends with its last foreground thread. May change at any time.</summary>
    /// <value>Starts as <see cref="ServerOptions.KeepProcessAlive"/>.</value>
    public bool KeepProcessAlive
    {
        get;
        set
        {
            lock (_lock)
            {
                field = value;
                HoldProcess();
            }
        }
    }

    // Under the lock.
    private void HoldProcess()
    {
        var holds = KeepProcessAlive && _started && !_stopped;
        if (holds == _holdsProcess)
            return;
        _holdsProcess = holds;
        if (holds)
            ProcessHold.Enter();
        else
            ProcessHold.Leave();
    }

    // From when something is bound: before that the token is only looked at.
    private void FollowStopToken()
    {
        if (!Options.StopToken.CanBeCanceled || Interlocked.Exchange(ref _followsStopToken, true))
            return;
        var registration = Options.StopToken.UnsafeRegister(static server => _ = ((Server)server!).StopAsync(CancellationToken.None), this);
        lock (_lock)
        {
            if (!_stopped)
            {
                _stopRegistration = registration;
                return;
            }
        }

        registration.Unregister();
    }
}

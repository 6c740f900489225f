namespace Net.Async;

/// <summary>Notices that no byte has moved for a while, tells it once, and waits for the next idle period.</summary>
/// <remarks>A byte costs one time stamp. The alarm is set only while somebody waits, and looks at the stamp when it rings.</remarks>
internal sealed class IdleWatch(Connection connection, Alarms alarms) : Alarm
{
    private readonly Lock _lock = new();
    private TimeSpan? _timeout;
    private TaskCompletionSource? _waiting;
    private long _lastByte = alarms.Now;
    private long _toldOf = long.MinValue; // the last byte before the period that was told of
    private bool _ended;

    /// <summary>Setting it begins a new period.</summary>
    public TimeSpan? Timeout
    {
        get
        {
            lock (_lock)
                return _timeout;
        }

        set
        {
            lock (_lock)
            {
                _timeout = value;
                _toldOf = long.MinValue;
                OnByte();
                ArmIfAwaited();
            }
        }
    }

    public void OnByte() => Volatile.Write(ref _lastByte, alarms.Now);

    public Task WaitAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_timeout is null)
                throw new InvalidOperationException($"{nameof(Connection.IdleTimeout)} is not set: there is no idleness to wait for.");
            if (cancellationToken.IsCancellationRequested)
                return Task.FromCanceled(cancellationToken);
            if (_ended || connection.CloseReason is not null)
                return Task.FromException(Ended());
            if (TellIfIdle())
                return Task.CompletedTask;
            _waiting ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            ArmIfAwaited();
            return _waiting.Task.WaitAsync(cancellationToken);
        }
    }

    public override void OnDue()
    {
        lock (_lock)
        {
            if (_waiting is null)
                return;
            if (connection.CloseReason is not null)
                Fail();
            else if (TellIfIdle())
                Take().SetResult();
            else
                ArmIfAwaited();
        }
    }

    /// <summary>The connection has ended.</summary>
    public void End()
    {
        lock (_lock)
        {
            _ended = true;
            if (_waiting is not null)
                Fail();
        }

        alarms.Remove(this);
    }

    private bool TellIfIdle()
    {
        var lastByte = Volatile.Read(ref _lastByte);
        if (_timeout is not { } timeout || lastByte == _toldOf || alarms.Now < alarms.After(lastByte, timeout))
            return false;
        _toldOf = lastByte;
        return true;
    }

    private void ArmIfAwaited()
    {
        if (_waiting is null || _timeout is not { } timeout)
            return;
        var lastByte = Volatile.Read(ref _lastByte);
        // A period that was told of ends with a byte that rings no bell: it is looked for within one time-out, before the next could be over.
        alarms.Set(this, alarms.After(lastByte == _toldOf ? alarms.Now : lastByte, timeout));
    }

    private void Fail()
    {
        var waiting = Take();
        waiting.SetException(Ended());
        // Whoever waited may have gone.
        _ = waiting.Task.Exception;
    }

    private TaskCompletionSource Take()
    {
        var waiting = _waiting!;
        _waiting = null;
        return waiting;
    }

    private ConnectionException Ended() => connection.CloseReason is { Error: { } error } reason
        ? new(error, $"The connection {connection} has ended.", connection.RemoteEndPoint, reason.Exception)
        : new(ConnectionError.Closed, $"The connection {connection} is closed.", connection.RemoteEndPoint);
}

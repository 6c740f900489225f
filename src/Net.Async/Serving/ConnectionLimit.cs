namespace Net.Async;

/// <summary>How many connections of a server may live at a time, and how many places are taken. A client has its place from its admission to its end, its upgrade included.</summary>
/// <param name="most">Null for no limit.</param>
/// <param name="fullMode">What happens to clients while all places are taken.</param>
internal sealed class ConnectionLimit(int? most, ServerFullMode fullMode)
{
    private readonly Lock _lock = new();
    private int? _most = most;
    private ServerFullMode _fullMode = fullMode;
    private int _taken;
    private bool _ended;
    private TaskCompletionSource? _freed;

    /// <summary>Called without the lock when clients must begin to wait: accept loops then leave them to the kernel.</summary>
    public Action? Filled { get; set; }

    public int? Most
    {
        get
        {
            lock (_lock)
                return _most;
        }

        set => Change(() => _most = value);
    }

    public ServerFullMode FullMode
    {
        get
        {
            lock (_lock)
                return _fullMode;
        }

        set => Change(() => _fullMode = value);
    }

    private bool MustWait => !_ended && _fullMode == ServerFullMode.Wait && _taken >= _most;

    /// <summary>No accept begins any more.</summary>
    public bool HasEnded
    {
        get
        {
            lock (_lock)
                return _ended;
        }
    }

    /// <summary>Takes a place.</summary>
    /// <param name="freed">Where there is none: completes when one may be free; null when the client is to be turned away.</param>
    public bool TryTake(out Task? freed)
    {
        bool isTaken, isFilled;
        lock (_lock)
        {
            freed = MustWait ? FreedLocked() : null;
            // A client that waits for its place when the server ends is let in: no other server would get it.
            isTaken = !(_taken >= _most) || (_ended && _fullMode == ServerFullMode.Wait);
            _taken += isTaken ? 1 : 0;
            isFilled = isTaken && MustWait;
        }

        if (isFilled)
            Filled?.Invoke();
        return isTaken;
    }

    /// <summary>Completes when an accept may begin: at once where a full server drops.</summary>
    public Task RoomAsync()
    {
        lock (_lock)
            return MustWait ? FreedLocked() : Task.CompletedTask;
    }

    public void Release()
    {
        TaskCompletionSource? freed;
        lock (_lock)
        {
            _taken--;
            freed = TakeFreedLocked();
        }

        freed?.TrySetResult();
    }

    /// <summary>No accept begins any more: what waits for a place continues at once.</summary>
    public void End() => Change(() => _ended = true);

    private void Change(Action change)
    {
        TaskCompletionSource? freed;
        bool mustWait;
        lock (_lock)
        {
            change();
            freed = TakeFreedLocked();
            mustWait = MustWait;
        }

        freed?.TrySetResult();
        if (mustWait)
            Filled?.Invoke();
    }

    private Task FreedLocked() => (_freed ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    private TaskCompletionSource? TakeFreedLocked()
    {
        if (MustWait)
            return null;
        var freed = _freed;
        _freed = null;
        return freed;
    }
}

namespace Net.Async;

/// <summary>What is known of one direction of a descriptor. Interlocked, since no thread owns it.</summary>
internal struct ReadyState
{
    private const int Unknown = 0, Ready = 1, Waiting = 2, Closed = 3;

    private int _state;

    public ReadyState(bool isReady) => _state = isReady ? Ready : Unknown;

    /// <summary>Before a call to the kernel: what comes from here on is a new event, and is not lost when the call finds nothing.</summary>
    public void BeginTry()
    {
        if (Volatile.Read(ref _state) == Ready)
            Interlocked.CompareExchange(ref _state, Unknown, Ready);
    }

    /// <summary>Something may be there.</summary>
    /// <returns>Whether somebody waits for it: the caller then owns the end of that wait.</returns>
    public bool Signal()
    {
        while (true)
        {
            var state = Volatile.Read(ref _state);
            if (state is Ready or Closed)
                return false;
            if (Interlocked.CompareExchange(ref _state, Ready, state) == state)
                return state == Waiting;
        }
    }

    /// <summary>Starts to wait; false when something may be there already, or it is closed.</summary>
    public bool TryWait() => Interlocked.CompareExchange(ref _state, Waiting, Unknown) == Unknown;

    /// <summary>Waits for a turn although something is there; false when it is closed.</summary>
    public bool TryWaitForTurn() => Interlocked.CompareExchange(ref _state, Waiting, Ready) == Ready;

    /// <summary>Ends a wait whose caller has gone; false when it has ended already.</summary>
    public bool TryStopWaiting() => Interlocked.CompareExchange(ref _state, Unknown, Waiting) == Waiting;

    /// <summary>Nobody waits any more.</summary>
    /// <returns>Whether somebody did: the caller then owns the end of that wait.</returns>
    public bool Close() => Interlocked.Exchange(ref _state, Closed) == Waiting;

    /// <summary>Nothing has been told since the last look, and no one waits.</summary>
    public bool IsUnknown => Volatile.Read(ref _state) == Unknown;

    public bool IsClosed => Volatile.Read(ref _state) == Closed;
}

namespace Net.Async;

/// <summary>Who may call a transport in one direction: one thread, or one wait that is parked. Guarded by its owner's lock, part of it, and never copied.</summary>
internal struct TransportClaim
{
    private static readonly object s_taken = new();

    // Null when it is free; else "taken", or the source of those who wait for its release.
    private object? _state;

    public readonly bool IsTaken => _state is not null;

    public bool TryTake()
    {
        if (IsTaken)
            return false;
        _state = s_taken;
        return true;
    }

    public void Release()
    {
        (_state as TaskCompletionSource)?.SetResult();
        _state = null;
    }

    /// <summary>When the present holder lets go of it.</summary>
    public Task WhenReleased()
    {
        if (_state is not TaskCompletionSource released)
            _state = released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return released.Task;
    }
}

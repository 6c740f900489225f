namespace Net.Async;

/// <summary>Whether the writer may write, and whether it is handing a whole over. Guarded by its pipe's lock, part of it, and never copied.</summary>
internal struct WriterLife
{
    private WriterState _state;

    /// <summary>Whether the writer was completed.</summary>
    public readonly bool IsCompleted => _state >= WriterState.CompletedWhole;

    /// <summary>Nothing more is written.</summary>
    /// <returns>Whether what was lent is given back. A whole has memory lent, also after the end of the connection: what reads into it may not have noticed that.</returns>
    public bool Complete()
    {
        var isWhole = _state == WriterState.Whole;
        _state = isWhole ? WriterState.CompletedWhole : WriterState.Completed;
        return !isWhole;
    }

    /// <summary>A whole is about to be handed over: holds an orderly end back.</summary>
    /// <returns>False when the direction does not take it.</returns>
    public bool TryHold(ref SendDirection direction)
    {
        if (_state is WriterState.Whole or WriterState.CompletedWhole)
            ThrowFlushing();
        if (_state != WriterState.Open || !direction.Hold())
            return false;
        _state = WriterState.Whole;
        return true;
    }

    /// <summary>All of the whole was handed over, or it was cut off.</summary>
    /// <returns>Whether what was lent is given back now.</returns>
    public bool LetGo()
    {
        var isCompleted = IsCompleted;
        _state = isCompleted ? WriterState.Completed : WriterState.Open;
        return isCompleted;
    }

    /// <summary>The writer may write: there is a direction, and it was not completed, or a whole is still being handed over.</summary>
    public readonly void ThrowIfEnded(SendSide side)
    {
        if (side.Direction.State == SendState.Disabled)
            throw new InvalidOperationException($"The connection to {side.Lifetime.Peer} is for reading only: it cannot be written to.");
        if (_state == WriterState.Completed)
            throw new InvalidOperationException("Writing is not allowed after the writer was completed.");
    }

    public static void ThrowFlushing() => throw new InvalidOperationException("Another write is active: one writer at a time, or use an Outbox.");
}

namespace Net.Async;

/// <summary>A call that waits for an outbox: for room, or until what was queued has gone.</summary>
/// <remarks>It may end under the lock of the pipe, since its continuation never runs there.</remarks>
internal sealed class OutboxWait() : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
{
    /// <summary>The caller's message, which waits for room.</summary>
    public ReadOnlyMemory<byte> Message { get; init; }

    /// <summary>The number of the last message that has to go first.</summary>
    public long Target { get; init; }
}

/// <summary>The calls that wait for an outbox, each kind in the order in which they came. Guarded by the lock of the pipe.</summary>
internal sealed class OutboxWaits
{
    private readonly LinkedList<OutboxWait> _forRoom = new();
    private readonly LinkedList<OutboxWait> _forSending = new();

    /// <summary>The message that gets room next; null when none waits.</summary>
    public ReadOnlyMemory<byte>? NextMessage => _forRoom.First?.Value.Message;

    public OutboxWait WaitForRoom(ReadOnlyMemory<byte> message) => _forRoom.AddLast(new OutboxWait { Message = message }).Value;

    public OutboxWait WaitForSending(long target) => _forSending.AddLast(new OutboxWait { Target = target }).Value;

    /// <summary>The next message is in the queue.</summary>
    public void EndNext()
    {
        _forRoom.First!.Value.TrySetResult();
        _forRoom.RemoveFirst();
    }

    /// <summary>All messages up to this number have gone.</summary>
    public void EndUpTo(long number)
    {
        // Later calls wait for later messages.
        while (_forSending.First is { } first && first.Value.Target <= number)
        {
            first.Value.TrySetResult();
            _forSending.RemoveFirst();
        }
    }

    /// <summary>The caller gives up.</summary>
    /// <returns>False when the wait was over.</returns>
    public bool Remove(OutboxWait wait) => _forRoom.Remove(wait) || _forSending.Remove(wait);

    /// <summary>No message gets room any more.</summary>
    public void Refuse(Exception failure) => Fail(_forRoom, failure);

    /// <summary>Nothing is sent any more.</summary>
    public void Fail(Exception failure)
    {
        Fail(_forRoom, failure);
        Fail(_forSending, failure);
    }

    private static void Fail(LinkedList<OutboxWait> waits, Exception failure)
    {
        foreach (var wait in waits)
            wait.TrySetException(failure);
        waits.Clear();
    }
}

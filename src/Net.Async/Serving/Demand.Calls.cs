namespace Net.Async;

/// <summary>The side of those who ask, and the end.</summary>
internal sealed partial class Demand
{
    /// <summary>The next connection; null when the server has stopped.</summary>
    /// <param name="cancellationToken">Ends this wait.</param>
    public ValueTask<Connection?> NextAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<Connection?>(cancellationToken);
        LinkedListNode<TaskCompletionSource<Connection?>> call;
        lock (_lock)
        {
            if (_ready.TryDequeue(out var ready))
                return new(ready);
            if (_ended)
                return _failure is null ? default : ValueTask.FromException<Connection?>(_failure);
            call = _calls.Add();
            GrantLocked();
        }

        WakeLoops();
        return cancellationToken.CanBeCanceled ? WaitAsync(call, cancellationToken) : new(call.Value.Task);
    }

    /// <summary>Why listening has failed; null while it has not.</summary>
    public Exception? Failure
    {
        get
        {
            lock (_lock)
                return _failure;
        }
    }

    /// <summary>From now on handlers are started, at most as many as there are slots.</summary>
    /// <returns>Completes when the server accepts no more and every handler has ended.</returns>
    public Task ServeAsync(HandlerSlots slots)
    {
        var begun = new List<Connection>();
        lock (_lock)
        {
            _slots = slots;
            while (_ready.Count > 0 && slots.TryTake())
                begun.Add(_ready.Dequeue());
            GrantLocked();
        }

        begun.ForEach(slots.Start);
        WakeLoops();
        return slots.AllEnded;
    }

    /// <summary>A handler has ended: its slot is free, or takes the next connection that waits for one.</summary>
    public void OnHandlerEnded(HandlerSlots slots)
    {
        Connection? next;
        lock (_lock)
        {
            if (!_ready.TryDequeue(out next))
            {
                slots.Release();
                GrantLocked();
            }
        }

        if (next is not null)
            slots.Start(next);
        WakeLoops();
    }

    /// <summary>The listeners are left: no accept begins, and what was accepted is kept to be taken, since this process is the only one that has it.</summary>
    public void Keep()
    {
        lock (_lock)
        {
            _keepsReady = true;
            GrantLocked();
        }

        WakeLoops();
    }

    /// <summary>No client is accepted any more: the calls that wait get null, or the failure.</summary>
    /// <param name="failure">Why, where listening has failed.</param>
    /// <param name="keepsReady">Connections that are ready can still be taken, as after an unbind.</param>
    /// <returns>The connections that nothing will take.</returns>
    public IReadOnlyList<Connection> End(Exception? failure, bool keepsReady)
    {
        List<Connection> left = [];
        lock (_lock)
        {
            _failure ??= _ended ? null : failure;
            // An unbind that a stop has overtaken ends after it: what was not kept then is not kept now.
            _keepsReady = keepsReady && (!_ended || _keepsReady);
            _ended = true;
            if (failure is null)
                _calls.CompleteAll();
            else
                _calls.Fail(failure);
            if (!keepsReady && !IsServing)
            {
                left = [.. _ready];
                _ready.Clear();
            }

            // Those that had to wait have nothing to wait for.
            while (_claims.TryDequeue(out var claim))
                claim.TrySetResult(false);
            GrantLocked();
        }

        WakeLoops();
        return left;
    }

    private async ValueTask<Connection?> WaitAsync(LinkedListNode<TaskCompletionSource<Connection?>> call, CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister((_, token) => Leave(call, token), null);
        return await call.Value.Task.ConfigureAwait(false);
    }

    private void Leave(LinkedListNode<TaskCompletionSource<Connection?>> call, CancellationToken token)
    {
        if (!call.Value.TrySetCanceled(token))
            return;
        lock (_lock)
            AcceptCalls.Remove(call);
    }
}

namespace Net.Async;

/// <summary>Who asks for connections: calls that accept one, or the free slots of handlers. An accept loop takes a client from the kernel only while more is asked for than is on its way.</summary>
/// <remarks>
/// A loop waits until there is demand, accepts, and claims. Where there are several loops another one may have claimed first: then the client waits for its claim, one client for each loop at most.
/// What was taken for a call that is cancelled meanwhile is kept for the next call.
/// </remarks>
internal sealed partial class Demand
{
    private readonly Lock _lock = new();
    private readonly AcceptCalls _calls = new();
    private readonly Queue<Connection> _ready = new();
    private readonly Queue<TaskCompletionSource<bool>> _claims = new();
    private readonly Queue<TaskCompletionSource> _loops = new();
    private HandlerSlots? _slots;
    private int _claimed;
    private bool _ended;
    private bool _keepsReady;
    private Exception? _failure;

    // Of the accepting: what was accepted may still be handed over.
    private bool HasEnded => _ended || _keepsReady;

    private bool IsOpen => (IsServing ? _slots!.Free : 0) + _calls.Count > _claimed + _ready.Count;

    // Handlers are still started: not once every one has ended after the end of the accepting.
    private bool IsServing => _slots is { AllEnded.IsCompleted: false };

    /// <summary>Waits until more is asked for; false when the server accepts no more.</summary>
    /// <remarks>The continuation runs on the stack of the caller that asks: an accept that need not wait costs no hop. The loop that has waited longest is asked first, so that several take turns.</remarks>
    public ValueTask<bool> WaitAsync()
    {
        lock (_lock)
            return HasEnded || IsOpen ? new(!HasEnded) : WaitAsync(EnqueueLocked());
    }

    /// <summary>Claims what is asked for, for a client that was accepted; waits in order where another loop was faster. False when the server has ended: nothing asks for it.</summary>
    public ValueTask<bool> ClaimAsync()
    {
        lock (_lock)
        {
            if (_keepsReady || IsOpen || (_ended && IsServing))
            {
                _claimed++;
                return new(true);
            }

            if (_ended)
                return new(false);
            var claim = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            _claims.Enqueue(claim);
            return new(claim.Task);
        }
    }

    /// <summary>The client did not become a connection, or is on its way without a claim from here on.</summary>
    public void ReturnClaim()
    {
        lock (_lock)
        {
            _claimed--;
            GrantLocked();
        }

        WakeLoops();
    }

    /// <summary>Hands a connection over: to the first call, to a handler, or to the next that asks. False when the server has ended and nothing will ask.</summary>
    public bool TryDeliver(Connection connection, bool isClaimed)
    {
        HandlerSlots? starts = null;
        var isDelivered = true;
        lock (_lock)
        {
            _claimed -= isClaimed ? 1 : 0;
            // Calls that wait have asked before the handlers.
            if (_calls.TryComplete(connection))
                starts = null;
            else if (IsServing && _slots!.TryTake())
                starts = _slots;
            else
                isDelivered = TryKeepLocked(connection);
            GrantLocked();
        }

        starts?.Start(connection);
        WakeLoops();
        return isDelivered;
    }

    private bool TryKeepLocked(Connection connection)
    {
        if (_ended && !_keepsReady && !IsServing)
            return false;
        _ready.Enqueue(connection);
        return true;
    }

    private async ValueTask<bool> WaitAsync(Task asked)
    {
        while (true)
        {
            await asked.ConfigureAwait(false);
            lock (_lock)
            {
                if (HasEnded || IsOpen)
                    return !HasEnded;
                asked = EnqueueLocked();
            }
        }
    }

    private Task EnqueueLocked()
    {
        var asked = new TaskCompletionSource();
        _loops.Enqueue(asked);
        return asked.Task;
    }

    // The continuations of claims and calls never run under the lock.
    private void GrantLocked()
    {
        while ((IsOpen || _keepsReady) && _claims.TryDequeue(out var claim))
        {
            _claimed++;
            claim.TrySetResult(true);
        }

        _slots?.EndIfDoneLocked(_ended && _claimed == 0 && _ready.Count == 0);
    }

    // Without the lock, since the loops accept on this stack. The next one is woken only where this one did not find what is asked for.
    private void WakeLoops()
    {
        while (true)
        {
            TaskCompletionSource? asked;
            lock (_lock)
            {
                if ((!HasEnded && !IsOpen) || !_loops.TryDequeue(out asked))
                    return;
            }

            asked.TrySetResult();
        }
    }
}

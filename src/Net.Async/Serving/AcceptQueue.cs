namespace Net.Async;

/// <summary>Who waits for a connection, in order. One accept runs at a time and only while somebody waits.</summary>
/// <remarks>A connection whose waiter has gone meanwhile goes to the next one, or stays here for it: one at most, since nobody asks for a second.</remarks>
internal sealed partial class AcceptQueue(Func<ValueTask<Connection>> accept, Action onFailed)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<TaskCompletionSource<Connection?>> _waiters = new();
    private Connection? _parked;
    private bool _accepting;
    private bool _ended;
    private Exception? _failure;

    /// <summary>The next connection; null when the server has stopped.</summary>
    /// <param name="mayLead">The accept ends when the server stops: who waits for it need not be woken by another.</param>
    /// <param name="cancellationToken">Ends this wait.</param>
    public ValueTask<Connection?> NextAsync(bool mayLead, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<Connection?>(cancellationToken);
        LinkedListNode<TaskCompletionSource<Connection?>> waiter;
        bool start, leads;
        lock (_lock)
        {
            if (_parked is { } parked)
            {
                _parked = null;
                return new(parked);
            }

            if (_ended)
                return _failure is null ? default : ValueTask.FromException<Connection?>(_failure);
            start = !_accepting && !_leaving;
            _accepting |= start;
            // Who is first and never gives up accepts for himself: no hop to another thread.
            leads = start && mayLead && !cancellationToken.CanBeCanceled;
            waiter = leads ? null! : _waiters.AddLast(new TaskCompletionSource<Connection?>(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        if (leads)
            return LeadAsync();
        if (start)
            _ = AcceptAsync();
        return WaitAsync(waiter, cancellationToken);
    }

    private async ValueTask<Connection?> WaitAsync(LinkedListNode<TaskCompletionSource<Connection?>> waiter, CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister((_, token) => Leave(waiter, token), null);
        return await waiter.Value.Task.ConfigureAwait(false);
    }

    /// <summary>No more: every waiter gets null, or the failure. Returns the connection that nobody has taken.</summary>
    public Connection? End(Exception? failure)
    {
        List<TaskCompletionSource<Connection?>> waiters;
        Connection? parked;
        lock (_lock)
        {
            if (_ended)
                return null;
            (_ended, _failure) = (true, failure);
            (waiters, parked) = ([.. _waiters], _parked);
            _waiters.Clear();
            // Nobody else would have it: it stays here to be taken.
            _parked = _leaving ? parked : null;
        }

        foreach (var waiter in waiters)
        {
            if (failure is null)
                waiter.TrySetResult(null);
            else
                waiter.TrySetException(failure);
        }

        return _leaving ? null : parked;
    }

    private void Leave(LinkedListNode<TaskCompletionSource<Connection?>> waiter, CancellationToken token)
    {
        if (!waiter.Value.TrySetCanceled(token))
            return;
        lock (_lock)
        {
            if (waiter.List is not null)
                _waiters.Remove(waiter);
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (Deliver(await accept().ConfigureAwait(false)))
            {
            }
        }
        catch (OperationCanceledException) when (_leaving)
        {
            // Called off: whoever waits hears of it from the stop.
        }
        catch (Exception exception)
        {
            // Whatever ends accepting must be heard by whoever waits; the stop itself has ended the queue before.
            End(exception);
            onFailed();
        }

        Quiet();
    }

    // Returns whether somebody waits for another.
    private bool Deliver(Connection connection)
    {
        lock (_lock)
        {
            while (_waiters.First is { } waiter)
            {
                _waiters.RemoveFirst();
                if (waiter.Value.TrySetResult(connection))
                    return _accepting = _waiters.Count > 0 && !_leaving;
            }

            _accepting = false;
            if (!_ended)
            {
                _parked = connection;
                return false;
            }
        }

        connection.Abort(new OperationCanceledException("The server has stopped."));
        return false;
    }
}

namespace Net.Async;

public abstract partial class Server
{
    // Each server has its own: a server over another has the same connections.
    private readonly LiveConnections _live = new();
    private readonly CancellationTokenSource _aborting = Unwatched.NewSource();
    private readonly CancellationToken _aborted;
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _handlers;
    private int _liveAtStop;
    private int _abortedCount;

    /// <summary>The live connections, as they are now.</summary>
    public IReadOnlyCollection<Connection> Connections => _live.ToArray();

    /// <summary>Stops within <see cref="ServerOptions.StopTimeout"/>; see the other overload.</summary>
    /// <param name="cancellationToken">Aborts the rest at once, and throws.</param>
    public Task<StopResult> StopAsync(CancellationToken cancellationToken = default) => StopAsync(Options.StopTimeout, cancellationToken);

    /// <summary>
    /// Stops listening, asks every connection to finish (<see cref="Stopping"/>), waits for connections and handlers to end,
    /// and aborts at the deadline what is left. May be called again, also with a shorter deadline.
    /// </summary>
    /// <param name="deadline">How long connections may go on; 0 aborts at once, <see cref="Timeout.InfiniteTimeSpan"/> waits for ever.</param>
    /// <param name="cancellationToken">Aborts the rest at once, and throws.</param>
    /// <returns>How many connections finished and how many were aborted.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The deadline is negative or longer than a day.</exception>
    public async Task<StopResult> StopAsync(TimeSpan deadline, CancellationToken cancellationToken = default)
    {
        if (deadline != Timeout.InfiniteTimeSpan && (deadline < TimeSpan.Zero || deadline > TimeSpan.FromDays(1)))
            throw new ArgumentOutOfRangeException(nameof(deadline), deadline, "A deadline is 0 to one day, or infinite.");
        await LeaveSharedAsync().ConfigureAwait(false);
        BeginStop();
        try
        {
            await _idle.Task.WaitAsync(deadline, Options.Connection.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            AbortAll();
        }
        catch (OperationCanceledException)
        {
            AbortAll();
            throw;
        }

        var aborted = Volatile.Read(ref _abortedCount);
        return new StopResult(_liveAtStop - aborted, aborted);
    }

    /// <summary>Stops within <see cref="ServerOptions.StopTimeout"/>. Idempotent, never throws for being late.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None).ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    CancellationToken IConnectionOwner.Stopping => Stopping;

    void IConnectionOwner.OnClosed(Connection connection) => Forget(connection);

    void IConnectionOwner.OnLimitReached(Connection connection, ConnectionLimitKind limit)
    {
    }

    /// <summary>Has the end of an accepted connection told to <see cref="Forget"/>; a connection of the core tells its owner itself.</summary>
    private protected virtual void FollowUntilClosed(Connection connection) =>
        connection.Closed.UnsafeRegister(static state => ((Action)state!)(), (Action)(() => Forget(connection)));

    private protected void Forget(Connection connection)
    {
        if (Remove(connection) && ConnectionCount == 0)
            TellIfIdle();
    }

    private void Register(Connection connection, ServerAddress address)
    {
        // Before its end can be counted, so that there are never fewer than none; and only what a listener saw come is counted as gone.
        var counted = ServerTelemetry.Active.Enabled;
        if (counted)
            ServerTelemetry.CountActive(1, address.Tags);
        if (!TryRegister(connection, counted ? address : null))
        {
            if (counted)
                ServerTelemetry.CountActive(-1, address.Tags);
            // The stop may not have come to this yet, and whoever waits hears of a stop, not of a failure.
            _accepts.End(null)?.Abort(new OperationCanceledException("The server has stopped."));
            connection.Abort(new OperationCanceledException("The server has stopped."));
            throw new OperationCanceledException("The server has stopped.");
        }

        ServerTelemetry.Accepted.Count(1, address.Tags);
        // Not under the lock: a lifetime that is over already ends it here, and strangers hear of that.
        FollowUntilClosed(connection);
    }

    private bool TryRegister(Connection connection, ServerAddress? counted)
    {
        lock (_lock)
        {
            if (_stopped)
                return false;
            Interlocked.Increment(ref _connectionCount);
            if (_live.TryAdd(connection, counted))
                return true;
            Interlocked.Decrement(ref _connectionCount);
            return false;
        }
    }

    // True for the one who takes it out.
    private bool Remove(Connection connection)
    {
        if (!_live.TryRemove(connection, out var counted))
            return false;
        Interlocked.Decrement(ref _connectionCount);
        if (counted is not null)
            ServerTelemetry.CountActive(-1, counted.Tags);
        if (_mostConnections != NoLimit)
            TellIfRoom();
        return true;
    }

    private void BeginStop()
    {
        lock (_lock)
        {
            if (_stopped)
                return;
            _stopped = true;
            _liveAtStop = _connectionCount;
            HoldProcess();
        }

        _stopRegistration.Unregister();

        // First: that the listener's close ends the accept under way is no failure to tell anybody of.
        _accepts.End(null)?.Abort(new OperationCanceledException("The server has stopped."));
        try
        {
            StopListening();
        }
        finally
        {
            // A transport may fail at it: the connections hear of the stop all the same.
            TellStoppedListening();
            TellIfRoom();
            _calledOff.CancelUnwatched();
            _stopping.CancelUnwatched();
            TellIfIdle();
        }
    }

    private void AbortAll()
    {
        // Counted before anybody is told: a handler that reacts to its token at once was still cut off. Two stops count each connection once.
        var cut = Array.FindAll(_live.ToArray(), Remove);
        Interlocked.Add(ref _abortedCount, cut.Length);
        _aborting.CancelUnwatched();
        foreach (var connection in cut)
            connection.Abort(new StopDeadlineException());
        TellIfIdle();
    }

    private void TellIfIdle()
    {
        lock (_lock)
        {
            if (!_stopped || ConnectionCount > 0 || Volatile.Read(ref _handlers) > 0)
                return;
        }

        _idle.TrySetResult();
    }
}

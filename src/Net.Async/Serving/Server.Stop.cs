using System.Runtime.ExceptionServices;

namespace Net.Async;

public sealed partial class Server
{
    // What the last notices may take once the deadline has passed: an observer that blocks must not hold the stop.
    private static readonly TimeSpan s_noticesAfterAbort = TimeSpan.FromSeconds(1);

    private readonly TaskCompletionSource _unbound = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Accepts no more clients, and keeps the connections: the first half of a stop, for a host that stops several servers. <see cref="StopAsync(TimeSpan, CancellationToken)"/> is the second.</summary>
    /// <remarks>Clients that wait in the kernel already are accepted and handed over; then the listeners close, and new clients are refused. Upgrades under way end first. Calls after the first wait for the same end.</remarks>
    /// <param name="cancellationToken">Ends this wait. The unbind continues.</param>
    public Task UnbindAsync(CancellationToken cancellationToken = default)
    {
        if (_state.TryMove(ServerPhase.Unbound, out var from))
            _ = UnbindOnceAsync(wasListening: from == ServerPhase.Listening);
        return _unbound.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Stops within <see cref="ServerOptions.StopTimeout"/>; see the other overload.</summary>
    /// <param name="cancellationToken">Aborts the rest at once, and throws.</param>
    public Task<StopResult> StopAsync(CancellationToken cancellationToken = default) => StopAsync(Options.StopTimeout, cancellationToken);

    /// <summary>
    /// Stops listening, asks every connection to finish (<see cref="Stopping"/>), waits for connections and handlers to end,
    /// and aborts at the deadline what is left. May be called again, also with a shorter deadline.
    /// </summary>
    /// <param name="deadline">How long connections may continue; 0 aborts at once, <see cref="Timeout.InfiniteTimeSpan"/> waits for ever.</param>
    /// <param name="cancellationToken">Aborts the rest at once, and throws.</param>
    /// <returns>How many connections finished and how many were aborted.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The deadline is negative or longer than a day.</exception>
    public async Task<StopResult> StopAsync(TimeSpan deadline, CancellationToken cancellationToken = default)
    {
        if (deadline != Timeout.InfiniteTimeSpan && (deadline < TimeSpan.Zero || deadline > TimeSpan.FromDays(1)))
            throw new ArgumentOutOfRangeException(nameof(deadline), deadline, "A deadline is 0 to one day, or infinite.");
        await LeaveSharedAsync().ConfigureAwait(false);
        BeginStop();
        var ending = _rundown.Ended.WaitAsync(deadline, Options.Connection.TimeProvider, cancellationToken);
        await ending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!ending.IsCompletedSuccessfully)
            AbortAll();
        await _notices.CloseAsync().WaitAsync(s_noticesAfterAbort, Options.Connection.TimeProvider, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var result = _registry.Result;
        _phases.OnStopped(result);
        if (ending.IsCanceled)
            await ending.ConfigureAwait(false);
        return result;
    }

    /// <summary>Stops within <see cref="ServerOptions.StopTimeout"/>. Idempotent, never throws for being late.</summary>
    public async ValueTask DisposeAsync() => await StopAsync(CancellationToken.None).ConfigureAwait(false);

    private async Task UnbindOnceAsync(bool wasListening)
    {
        // Before the loops are woken, since they look at it.
        foreach (var loop in _loops)
            loop.End(drains: true);
        _demand.Keep();
        if (wasListening)
            await LoopsEndedAsync().ConfigureAwait(false);
        try
        {
            CloseListeners();
            _phases.Tell();
            await _upgrades.CloseAsync().ConfigureAwait(false);
            _demand.End(null, keepsReady: true);
            _unbound.TrySetResult();
        }
        catch (Exception exception)
        {
            // A listener of the user's: the caller of the unbind hears of it.
            _unbound.TrySetException(exception);
        }
    }

    // Another process may accept on the same socket: what this one does to stop must not be felt there. A client that is just being accepted is served: no other process would get it.
    private async ValueTask LeaveSharedAsync()
    {
        if (!IsShared || !IsListening)
            return;
        _demand.Keep();
        _limit.End();
        foreach (var loop in _loops)
            loop.End(drains: false);
        await LoopsEndedAsync().ConfigureAwait(false);
    }

    private void BeginStop(Exception? failure = null)
    {
        if (!_state.TryMove(ServerPhase.Stopping, out _))
            return;
        _registry.BeginStop();
        // First: an accept that the close ends is no failure.
        foreach (var loop in _loops)
            loop.End(drains: false);
        try
        {
            CloseListeners();
        }
        finally
        {
            foreach (var left in _demand.End(failure, keepsReady: IsShared))
                left.Abort(new OperationCanceledException("The server has stopped."));
            _limit.End();
            _upgrades.End();
            _phases.Tell();
            _state.CancelStopping();
            _unbound.TrySetResult();
            _rundown.Leave();
        }
    }

    private void StopInBackground() => StopAsync(CancellationToken.None).ContinueWith(static stop => NetAsyncEventSource.Log.CallbackFailed(stop.Exception!.ToString()),
        CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);

    private void AbortAll()
    {
        _registry.AbortAll();
        _state.CancelAborted();
    }

    // All of them, also where a listener of the user's throws.
    private void CloseListeners()
    {
        Exception? first = null;
        foreach (var loop in _loops)
        {
            try
            {
                loop.Close();
            }
            catch (Exception exception)
            {
                first ??= exception;
            }
        }

        if (first is not null)
            ExceptionDispatchInfo.Throw(first);
    }

    private Task LoopsEndedAsync() => Task.WhenAll(_loops.Select(static loop => loop.Ended));
}

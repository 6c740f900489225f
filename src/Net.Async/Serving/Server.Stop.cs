using System.Runtime.ExceptionServices;

namespace Net.Async;

public sealed partial class Server
{
    // What the last notices may take once the deadline has passed: an observer that blocks must not hold the stop.
    private static readonly TimeSpan s_noticesAfterAbort = TimeSpan.FromSeconds(1);

    // What the loops of a shared socket may take to end, whatever the deadline is: a client that is just being accepted must not be lost, and a callback that blocks must not hold the stop.
    private static readonly TimeSpan s_leavingShared = TimeSpan.FromSeconds(1);

    private readonly TaskCompletionSource _unbound = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Exception? _closeFailure; // not reported yet

    /// <summary>Accepts no more clients, and keeps the connections: the first half of a stop, for a host that stops several servers. <see cref="StopAsync(TimeSpan, CancellationToken)"/> is the second.</summary>
    /// <remarks>
    /// Clients that wait in the kernel already are accepted and handed over, at most <see cref="ListenerOptions.Backlog"/> of each address, where <see cref="ServerFullMode.Wait"/> is set also beyond <see cref="MaxConnections"/>;
    /// then the listeners close, and new clients are refused. Upgrades under way end first. Calls after the first wait for the same end.
    /// </remarks>
    /// <param name="cancellationToken">Ends this wait. The unbind continues.</param>
    public Task UnbindAsync(CancellationToken cancellationToken = default)
    {
        if (_state.TryMove(ServerPhase.Unbound, out var from))
            _ = UnbindOnceAsync(wasListening: from == ServerPhase.Listening);
        return _unbound.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Stops within <see cref="StopOptions.Timeout"/>; see the other overload.</summary>
    /// <param name="cancellationToken">Aborts the rest at once, and throws.</param>
    public Task<StopResult> StopAsync(CancellationToken cancellationToken = default) => StopAsync(Options.Stop.Timeout, cancellationToken);

    /// <summary>
    /// Stops listening, asks every connection to finish (<see cref="Stopping"/>), waits for connections and handlers to end,
    /// and aborts what is left at the time limit. May be called again, also with a shorter limit.
    /// </summary>
    /// <param name="timeout">How long connections may continue; 0 aborts at once, <see cref="Timeout.InfiniteTimeSpan"/> waits for ever.</param>
    /// <param name="cancellationToken">Aborts the rest at once, and throws.</param>
    /// <returns>How many connections finished and how many were aborted.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time limit is negative or longer than a day.</exception>
    public async Task<StopResult> StopAsync(TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        if (timeout != Timeout.InfiniteTimeSpan && (timeout < TimeSpan.Zero || timeout > TimeSpan.FromDays(1)))
            throw new ArgumentOutOfRangeException(nameof(timeout), timeout, "The time limit of a stop must be 0 to one day, or infinite.");
        var time = Options.Connection.TimeProvider;
        var began = time.GetTimestamp();
        await LeaveSharedAsync().WaitAsync(s_leavingShared, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        BeginStop();
        var left = timeout == Timeout.InfiniteTimeSpan ? timeout : timeout - time.GetElapsedTime(began) is var rest && rest > TimeSpan.Zero ? rest : TimeSpan.Zero;
        var ending = _rundown.Ended.WaitAsync(left, time, cancellationToken);
        await ending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!ending.IsCompletedSuccessfully)
            AbortAll();
        await _notices.CloseAsync().WaitAsync(s_noticesAfterAbort, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var result = _registry.Result;
        _phases.OnStopped(result);
        if (ending.IsCanceled)
            await ending.ConfigureAwait(false);
        if (Interlocked.Exchange(ref _closeFailure, null) is { } failure)
            ExceptionDispatchInfo.Throw(failure);
        return result;
    }

    /// <summary>Stops within <see cref="StopOptions.Timeout"/>. Idempotent, never throws for being late.</summary>
    public async ValueTask DisposeAsync() => await StopAsync(CancellationToken.None).ConfigureAwait(false);

    private async Task UnbindOnceAsync(bool wasListening)
    {
        // Before the loops are woken, since they look at it.
        EndLoops(drains: true);
        // Clients that wait in the kernel are let in although all places may be taken: no other server would get them.
        _limit.End();
        _demand.Keep();
        if (wasListening)
            await LoopsEndedAsync().ConfigureAwait(false);
        CloseListeners();
        _phases.Tell();
        await _upgrades.CloseAsync().ConfigureAwait(false);
        _demand.End(null, keepsReady: true);
        if (Interlocked.Exchange(ref _closeFailure, null) is { } failure)
            _unbound.TrySetException(failure);
        _unbound.TrySetResult();
    }

    // Another process may accept on the same socket: what this one does to stop must not be felt there. A client that is just being accepted is served: no other process would get it.
    private Task LeaveSharedAsync()
    {
        if (!IsShared || !IsListening)
            return Task.CompletedTask;
        EndLoops(drains: false);
        _limit.End();
        _upgrades.End();
        _demand.Keep();
        return LoopsEndedAsync();
    }

    private void BeginStop(Exception? failure = null)
    {
        if (!_state.TryMove(ServerPhase.Stopping, out _))
            return;
        _registry.BeginStop();
        // First: an accept that the close ends is no failure.
        EndLoops(drains: false);
        CloseListeners();
        foreach (var left in _demand.End(failure, keepsReady: IsShared))
            left.Abort(new OperationCanceledException("The server has stopped."));
        _limit.End();
        _upgrades.End();
        _phases.Tell();
        _state.CancelStopping();
        _unbound.TrySetResult();
        _rundown.Leave();
    }

    // A loop's accept has failed: the rest is a stop like any other, within its time.
    private void EndByFailure(Exception failure)
    {
        BeginStop(failure);
        StopInBackground();
    }

    private void StopInBackground() => StopAsync(CancellationToken.None).ContinueWith(static stop => NetAsyncEventSource.Log.CallbackFailed(stop.Exception!.ToString()),
        CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);

    private void EndLoops(bool drains)
    {
        foreach (var loop in _loops)
            loop.End(drains);
    }

    private void AbortAll()
    {
        _registry.AbortAll();
        _state.CancelAborted();
    }

    // All of them, also where a listener of the user's throws: the stop or the unbind reports it when it is over.
    private void CloseListeners()
    {
        foreach (var loop in _loops)
        {
            try
            {
                loop.Close();
            }
            catch (Exception exception)
            {
                Interlocked.CompareExchange(ref _closeFailure, exception, null);
            }
        }
    }

    private Task LoopsEndedAsync() => Task.WhenAll(_loops.Select(static loop => loop.Ended));
}

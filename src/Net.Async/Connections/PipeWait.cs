using System.Threading.Tasks.Sources;

namespace Net.Async;

/// <summary>Whether <c>CancelPendingRead</c> or <c>CancelPendingFlush</c> was called and no call has shown it yet.</summary>
internal enum CancelRequest : byte
{
    None,
    Pending,
}

/// <summary>The one pending read or flush of a pipe: reused, cancellable, ended exactly once. Guarded by its pipe's lock.</summary>
internal class PipeWait<T>(object gate) : IValueTaskSource<T>
{
    private ManualResetValueTaskSourceCore<T> _core;
    private CancellationToken _token;
    private CancellationTokenRegistration _registration;

    /// <summary>Read and ended under the lock.</summary>
    public bool IsWaiting { get; private set; }

    /// <summary>Starts the wait, under the lock; <see cref="Link"/> follows outside of it.</summary>
    public virtual ValueTask<T> Begin(CancellationToken cancellationToken)
    {
        _core.Reset();
        _token = cancellationToken;
        IsWaiting = true;
        return new(this, _core.Version);
    }

    /// <summary>Connects the token, outside the lock: a token that fired already calls back on the spot.</summary>
    public void Link(CancellationToken cancellationToken)
    {
        if (!cancellationToken.CanBeCanceled)
            return;
        var version = _core.Version;
        var registration = cancellationToken.UnsafeRegister(static (state, token) => ((PipeWait<T>)state!).Cancel(token), this);
        lock (gate)
        {
            if (IsWaiting && _core.Version == version)
            {
                _registration = registration;
                return;
            }
        }

        registration.Unregister();
    }

    /// <summary>Ends the wait, under the lock; the caller then sets the outcome outside of it.</summary>
    public virtual void End()
    {
        IsWaiting = false;
        // Never Dispose: it would wait for a callback that waits for our lock. A late callback finds no wait, or another token.
        _registration.Unregister();
        _registration = default;
        _token = default;
    }

    /// <summary>Sets the outcome, outside the lock. Inline only from the engine: a user's thread never runs another user's continuation.</summary>
    public void Set(T result, Exception? failure, bool inline)
    {
        _core.RunContinuationsAsynchronously = !inline;
        if (failure is null)
            _core.SetResult(result);
        else
            _core.SetException(failure);
    }

    private void Cancel(CancellationToken token)
    {
        lock (gate)
        {
            if (!IsWaiting || token != _token || !TryGiveUp())
                return;
            End();
        }

        Set(default!, Cancelled(token), inline: false);
    }

    /// <summary>Takes back what was asked for, under the lock; false when it is done, and its outcome is about to be set.</summary>
    protected virtual bool TryGiveUp() => true;

    /// <summary>The exception that the waiting caller gets, made outside the lock.</summary>
    protected virtual Exception Cancelled(CancellationToken token) => new OperationCanceledException(token);

    T IValueTaskSource<T>.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<T>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<T>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}

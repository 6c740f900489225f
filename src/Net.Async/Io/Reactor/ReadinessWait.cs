using System.Net.Sockets;
using System.Threading.Tasks.Sources;

namespace Net.Async;

/// <summary>One direction of a descriptor: whether a call may succeed, and its user's wait for that. Interlocked, since no thread owns it.</summary>
/// <remarks>
/// <code>
///             SetReadiness                          TryWaitForTurn
///   Unknown ----------------> Ready ---------------------------------> Turn
///      |  ^   ClearReadiness  ^  ^                                       |
///      |  +-------------------+  |                               Execute |
///      |                         +---------------------------------------+
///      |  WaitAsync            SetReadiness: Ready
///      +------------> Waiting  TryCancel:    Unknown        Close: Closed, from every state
/// </code>
/// A caller that takes the state out of Waiting owns the end of that wait: it has <see cref="Execute"/> run, once. A turn is ended by nothing but the
/// <see cref="Execute"/> that was queued for it. A wait may end early, after a cancellation too: its user tries again, and looks at its token.
/// </remarks>
internal sealed class ReadinessWait : IValueTaskSource<SocketError>, IThreadPoolWorkItem
{
    private const int Unknown = 0, Ready = 1, Waiting = 2, Turn = 3, Closed = 4;

    private ManualResetValueTaskSourceCore<SocketError> _core;
    private int _state;

    /// <param name="isReady">The first call needs no event.</param>
    public ReadinessWait(bool isReady = false) => _state = isReady ? Ready : Unknown;

    /// <summary>No event since the last call, and no wait.</summary>
    public bool IsUnknown => Volatile.Read(ref _state) == Unknown;

    public bool IsReady => Volatile.Read(ref _state) == Ready;

    public bool IsClosed => Volatile.Read(ref _state) == Closed;

    /// <summary>Before a call to the kernel: an event from here on is a new one, and is not lost when the call would block.</summary>
    public void ClearReadiness()
    {
        if (Volatile.Read(ref _state) == Ready)
            Interlocked.CompareExchange(ref _state, Unknown, Ready);
    }

    /// <summary>A call may succeed from here on.</summary>
    /// <returns>Whether a wait ends with it: the caller has <see cref="Execute"/> run.</returns>
    public bool SetReadiness()
    {
        while (true)
        {
            var state = Volatile.Read(ref _state);
            if (state is Ready or Turn or Closed)
                return false;
            if (Interlocked.CompareExchange(ref _state, Ready, state) == state)
                return state == Waiting;
        }
    }

    /// <summary>Waits until a call may succeed; has ended already when that is known. One wait at a time.</summary>
    public ValueTask<SocketError> WaitAsync()
    {
        var wait = Begin();
        return Interlocked.CompareExchange(ref _state, Waiting, Unknown) switch
        {
            Unknown => wait,
            Closed => new(SocketError.OperationAborted),
            _ => new(SocketError.Success),
        };
    }

    /// <summary>Waits although a call may succeed, until the <see cref="Execute"/> that the caller queues; false when it is not ready.</summary>
    public bool TryWaitForTurn(out ValueTask<SocketError> turn)
    {
        turn = Begin();
        return Interlocked.CompareExchange(ref _state, Turn, Ready) == Ready;
    }

    /// <summary>Ends a wait whose user does not want it any more.</summary>
    /// <returns>Whether there was one: the caller has <see cref="Execute"/> run.</returns>
    public bool TryCancel() => Interlocked.CompareExchange(ref _state, Unknown, Waiting) == Waiting;

    /// <summary>Every wait, now and later, says <see cref="SocketError.OperationAborted"/>.</summary>
    /// <returns>Whether one ends with it: the caller has <see cref="Execute"/> run.</returns>
    public bool Close() => Interlocked.Exchange(ref _state, Closed) == Waiting;

    /// <summary>Ends the wait, and runs its continuation.</summary>
    public void Execute()
    {
        Interlocked.CompareExchange(ref _state, Ready, Turn);
        _core.SetResult(IsClosed ? SocketError.OperationAborted : SocketError.Success);
    }

    private ValueTask<SocketError> Begin()
    {
        _core.Reset();
        return new ValueTask<SocketError>(this, _core.Version);
    }

    SocketError IValueTaskSource<SocketError>.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<SocketError>.GetStatus(short token) => _core.GetStatus(token);

    // Our own code continues here, never a user's: it needs no caller's context.
    void IValueTaskSource<SocketError>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, ValueTaskSourceOnCompletedFlags.None);
}

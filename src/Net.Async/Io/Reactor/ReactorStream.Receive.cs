using System.Diagnostics;
using System.Net.Sockets;
using System.Threading.Tasks.Sources;

namespace Net.Async;

/// <summary>Receiving: a call when an event said so, and none that would say "nothing".</summary>
internal sealed partial class ReactorStream : IValueTaskSource<SocketError>
{
    private const int OldLook = 20; // ms

    // A client mostly speaks first: the first try needs no event.
    private ReadyState _readable = new(isReady: true);
    private ManualResetValueTaskSourceCore<SocketError> _wait;
    private Turn? _turn;
    private long _lastLook;

    // An end is the last thing that the stream has to tell: it takes no turn of others, and who looks at many dead connections in one turn must see each.
    internal override bool EndsTurn() => ReactorLoop.CountsTurn() && !HasPeerEnded;

    public override TransportResult TryReceive(Span<byte> buffer) => Receive(buffer, 0);

    public override TransportResult Peek()
    {
        Span<byte> one = stackalloc byte[1];
        return Receive(one, LibC.PeekFlag);
    }

    public override ValueTask<SocketError> WaitReadableAsync()
    {
        // Events may not have told what came after the last look: the kernel is asked once more, and an error that this takes out of it is the answer.
        if (MustLook && Peek() is { IsWouldBlock: false } known)
            return new(known.Error);
        _wait.Reset();
        if (_readable.TryWait())
        {
            if (Watch(Readable) is not SocketError.Success and var error && _readable.TryStopWaiting())
                return new(error);
            return new(this, _wait.Version);
        }

        if (_readable.IsClosed)
            return new(SocketError.OperationAborted);
        if (!ReactorLoop.IsTurnSpent || HasPeerEnded || !_readable.TryWaitForTurn())
            return new(SocketError.Success);
        _loop.Post(_turn ??= new(this), this);
        return new(this, _wait.Version);
    }

    /// <summary>Ends the wait. Whoever has claimed its end runs this, on the loop or on the thread pool.</summary>
    public void Execute()
    {
        var started = _pace.GoesToPool ? Stopwatch.GetTimestamp() : 0;
        _wait.SetResult(_readable.IsClosed ? SocketError.OperationAborted : SocketError.Success);
        if (started != 0)
            _pace.OnRun(started);
    }

    // In no set yet, there are no events; and on a busy machine the loop may be late with one. Who reads after a pause, to see whether the peer is still there, must not depend on it.
    private bool MustLook => _readable.IsUnknown && (_interest == 0 || Environment.TickCount64 - _lastLook >= OldLook);

    private TransportResult Receive(Span<byte> buffer, int flags)
    {
        _readable.BeginTry();
        var result = _descriptor.Receive(buffer, flags);
        // A TCP receive that did not fill its buffer has taken all there was: the next byte is an event (epoll(7), question 9).
        var isShort = result.Count > 0 && result.Count < buffer.Length && _isTcp && !_ruleIsOff;
        if (!isShort && !result.IsWouldBlock && _readable.Signal())
            _loop.Post(this, this);
        _lastLook = Environment.TickCount64;
        return result;
    }

    SocketError IValueTaskSource<SocketError>.GetResult(short token) => _wait.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<SocketError>.GetStatus(short token) => _wait.GetStatus(token);

    // The pipe's own code goes on, never a user's: no context of a caller's belongs here.
    void IValueTaskSource<SocketError>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wait.OnCompleted(continuation, state, token, ValueTaskSourceOnCompletedFlags.None);

    /// <summary>Bytes are there, and it is others' turn first.</summary>
    private sealed class Turn(ReactorStream stream) : IThreadPoolWorkItem
    {
        public void Execute()
        {
            if (stream._readable.Signal())
                stream.Execute();
        }
    }
}

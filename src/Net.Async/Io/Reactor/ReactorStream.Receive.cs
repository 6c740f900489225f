using System.Diagnostics;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>Receiving: a call when an event said so, and none that would say "nothing".</summary>
internal sealed partial class ReactorStream
{
    private const int OldLook = 20; // ms

    // A client mostly speaks first: the first try needs no event.
    private readonly ReadinessWait _readable = new(isReady: true);
    private int _lastLook;

    // An end is the last thing that the stream has to tell: it takes no turn of others, and a reader of many dead connections in one turn must see each.
    internal override bool EndsTurn() => !TurnBudget.TryConsume() && !HasPeerEnded;

    public override TransportResult TryReceive(Span<byte> buffer) => Receive(buffer, 0);

    public override TransportResult Peek() => Receive(stackalloc byte[1], LibC.PeekFlag);

    public override ValueTask<SocketError> WaitReadableAsync()
    {
        // Events may not have told what came after the last look: the kernel is asked once more, and an error that this takes out of it is the answer.
        if (MustLook && Peek() is { IsWouldBlock: false } known)
            return new(known.Error);
        if (_readable.IsUnknown && Register(Readable) is not SocketError.Success and var error)
            return new(error);
        if (!_readable.IsReady || !TurnBudget.IsExhausted || HasPeerEnded || !_readable.TryWaitForTurn(out var turn))
            return _readable.WaitAsync();
        _loop.Post(this, this);
        return turn;
    }

    /// <summary>Ends the wait to receive, on the loop or on the thread pool.</summary>
    public void Execute()
    {
        var started = _backoff.GoesToPool ? Stopwatch.GetTimestamp() : 0;
        _readable.Execute();
        if (started != 0)
            _backoff.OnRun(started);
    }

    // In no set yet, there are no events; and on a busy machine the loop may be late with one. A reader that looks after a pause whether the peer is still there must not depend on it.
    private bool MustLook => _readable.IsUnknown && (!_registration.IsMade || Environment.TickCount - _lastLook >= OldLook);

    private TransportResult Receive(Span<byte> buffer, int flags, KernelPipe? pipe = null)
    {
        _readable.ClearReadiness();
        var result = EndReceive(pipe is null ? _descriptor.Receive(buffer, flags) : _descriptor.Fill(pipe));
        // A TCP receive that did not fill its buffer has taken all there was: the next byte is an event (epoll(7), question 9).
        var isShort = result.Count > 0 && result.Count < buffer.Length && IsTcp && !_ruleIsOff;
        if (!isShort && !result.IsWouldBlock && _readable.SetReadiness())
            _loop.Post(this, this);
        _lastLook = Environment.TickCount;
        return result;
    }
}

using System.Net.Sockets;

namespace Net.Async.Testing;

/// <summary>A stream behind two links: what is sent enters one, what comes from the peer the other, and a loop for each moves the bytes between link and stream.</summary>
internal sealed class FaultStream : TransportDecorator
{
    private readonly FaultLink _sending;
    private readonly FaultLink _receiving;
    private readonly Action<FaultStream> _onOver;
    private int _isStarted;
    private int _isClosed;
    private int _users = 2; // the loop that sends, and the owner: the last one closes the stream
    private volatile bool _isSentToTheEnd;
    private volatile bool _wasUnread;

    public FaultStream(TransportStream inner, FaultLink sending, FaultLink receiving, Action<FaultStream> onOver)
        : base(inner)
    {
        (_sending, _receiving, _onOver) = (sending, receiving, onOver);
    }

    // The loop brings what the stream below has a moment later: only a wait knows.
    public override bool CanPeek => false;

    public override bool IsAllAcknowledged => _isSentToTheEnd && Inner.IsAllAcknowledged;

    public override bool HasPeerEnded => _receiving.EndThatArrived is not null;

    private bool IsClosed => Volatile.Read(ref _isClosed) != 0;

    public override TransportResult TryReceive(Span<byte> buffer)
    {
        var received = Start() ? _receiving.Take(buffer[.._receiving.SliceToTake(buffer.Length)]) : TransportResult.Of(SocketError.OperationAborted);
        if (received.Error is SocketError.ConnectionReset)
            Break();
        return received;
    }

    public override async ValueTask<SocketError> WaitReadableAsync()
    {
        while (Start() && _receiving.Peek().IsWouldBlock)
            await _receiving.WaitForArrivalAsync().ConfigureAwait(false);
        return IsClosed ? SocketError.OperationAborted : SocketError.Success;
    }

    public override TransportResult Peek() => Start() ? _receiving.Peek() : TransportResult.Of(SocketError.OperationAborted);

    public override SocketError PendingError() => _receiving.EndThatArrived ?? SocketError.Success;

    public override TransportResult TrySend(ReadOnlySpan<byte> bytes) =>
        Start() ? _sending.Add(bytes[.._sending.SliceToAdd(bytes.Length)]) : TransportResult.Of(SocketError.OperationAborted);

    public override TransportResult TrySend(IList<ArraySegment<byte>> pieces)
    {
        ArgumentNullException.ThrowIfNull(pieces);
        return TrySend(pieces[0]);
    }

    public override ValueTask<SocketError> SendAsync(ReadOnlyMemory<byte> bytes) => WholeSend.RunAsync(this, bytes);

    public override async ValueTask<TransportResult> SendFirstAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (true)
        {
            await _sending.WaitForRoomAsync(cancellationToken).ConfigureAwait(false);
            if (cancellationToken.IsCancellationRequested)
                return TransportResult.WouldBlock;
            if (TrySend(bytes.Span) is { IsWouldBlock: false } sent)
                return sent;
        }
    }

    public override ValueTask<SocketError> EndSendingAsync() => new(Start() ? _sending.End(SocketError.Success) : SocketError.OperationAborted);

    /// <summary>What was sent still arrives: the stream below is closed behind it, or reset when bytes were not received, as TCP does.</summary>
    public override void Close()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) != 0)
            return;
        _wasUnread = _receiving.Drop();
        _sending.End(SocketError.Success);
        // Without a call there was no byte either.
        if (Volatile.Read(ref _isStarted) == 0 && _sending.IsPassable)
            CloseInner();
        else
            LeaveToLoops();
    }

    /// <summary>What is held back is lost. The peer sees the reset, unless nothing passes to it.</summary>
    public override void Reset()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) != 0)
            return;
        _receiving.Drop();
        if (_sending.IsPassable)
        {
            Kill();
            return;
        }

        _sending.EndInstead(SocketError.ConnectionReset);
        LeaveToLoops();
    }

    /// <summary>Both sides see a reset.</summary>
    public void Break()
    {
        _receiving.Break();
        _sending.Break();
        Inner.Reset();
    }

    /// <summary>The peer has gone and has not said so: what is sent vanishes, and nothing comes.</summary>
    public void HalfOpen()
    {
        _sending.Vanish();
        _receiving.Cut();
    }

    /// <summary>Ends it at once, whatever passes.</summary>
    public void Kill()
    {
        Inner.Reset();
        End();
    }

    private void CloseInner()
    {
        if (_wasUnread)
            Inner.Reset();
        else
            Inner.Close();
        End();
    }

    private void End()
    {
        _sending.Dispose();
        _receiving.Dispose();
        _onOver(this);
    }

    private void LeaveToLoops()
    {
        StartLoops();
        Leave();
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _users) == 0)
            CloseInner();
    }

    // False when it is closed.
    private bool Start()
    {
        if (IsClosed)
            return false;
        StartLoops();
        return true;
    }

    // Not before the first call: until then the owner may have something to set on the stream.
    private void StartLoops()
    {
        if (Volatile.Read(ref _isStarted) != 0 || Interlocked.Exchange(ref _isStarted, 1) != 0)
            return;
        _ = FaultLoop.ReceiveAsync(Inner, _receiving);
        _ = PassAsync();
    }

    private async Task PassAsync()
    {
        if (await FaultLoop.SendAsync(_sending, Inner).ConfigureAwait(false) is SocketError.ConnectionReset)
            Break();
        _isSentToTheEnd = true;
        Leave();
    }
}

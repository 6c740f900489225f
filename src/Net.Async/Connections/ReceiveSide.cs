using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Net.Async;

/// <summary>The receiving direction below the reader: who may call the transport, what was received, and the state of the direction.</summary>
/// <remarks>
/// One call or one wait on the transport at most: a claim says who has it. A cancelled read leaves the wait parked with its claim, and the next read
/// takes it over: nothing was received, so nothing is lost. The lock is never held over a call of the transport or a continuation.
/// </remarks>
internal sealed partial class ReceiveSide
{
    /// <summary>Guards the state of the direction and of the reader above.</summary>
    public object Gate => this;

    /// <summary>What was received and is not consumed. Guarded by <see cref="Gate"/>.</summary>
    public ReceiveBuffer Buffer;

    /// <summary>Where the direction stands. Guarded by <see cref="Gate"/>.</summary>
    public ReceiveDirection Direction;

    private readonly IReceiver _receiver;
    private readonly Action _onReadable;
    private ValueTaskAwaiter<SocketError> _parked;
    private TransportClaim _claim;
    private LastReceive _last;

    public ReceiveSide(ConnectionLifetime lifetime, IReceiver receiver)
    {
        Lifetime = lifetime;
        _receiver = receiver;
        Buffer = new ReceiveBuffer(lifetime.Options.Buffers.Pool);
        _onReadable = OnReadable;
    }

    /// <summary>The connection.</summary>
    public ConnectionLifetime Lifetime { get; }

    /// <summary>Bytes received from the transport.</summary>
    public long BytesReceived { get; private set; }

    public TransportStream Stream => Lifetime.Stream;

    /// <summary>Who may call the transport. Under the lock.</summary>
    public bool IsClaimedLocked => _claim.IsTaken;

    /// <summary>What a read throws once nothing is left to deliver; null while nothing has failed. Under the lock.</summary>
    public Exception? FailureLocked => Direction.Failure ?? (Direction.IsStopped ? Lifetime.ClosedHere() : null);

    /// <summary>Claims the transport, under the lock. The caller that gets true receives, parks a wait, or calls <see cref="EndLocked"/>.</summary>
    public bool TryBeginLocked() => Direction.IsOpen && _claim.TryTake();

    /// <summary>Lets go of the claim, under the lock.</summary>
    public void EndLocked() => _claim.Release();

    /// <summary>Claims the transport whatever the direction's state.</summary>
    /// <returns>Null when the caller has the claim; else when to try again.</returns>
    public Task? TryBeginAnyway()
    {
        lock (Gate)
            return _claim.TryTake() ? null : _claim.WhenReleased();
    }

    /// <summary>Receives until something is known, and lets go of the claim; when nothing is, the wait is parked and keeps it.</summary>
    public void Receive()
    {
        try
        {
            Receive(mustWait: _last == LastReceive.TookAll, inline: false);
        }
        catch (Exception exception)
        {
            FailWith(exception);
        }
    }

    /// <summary>One receive without a wait. The caller has the claim; when nothing was there, the wait is parked and keeps it.</summary>
    public void TryReceive()
    {
        try
        {
            var mustWait = true;
            if (!TryLend(out var memory) || Fill(memory, inline: false, ref mustWait))
                return;
            // A transport that cannot look at what is there (a named pipe) receives only while a wait is parked.
            if (mustWait)
                Park();
            else
                Receive(mustWait: false, inline: false);
        }
        catch (Exception exception)
        {
            FailWith(exception);
        }
    }

    /// <summary>Parks the wait: no bytes are there. The caller has the claim.</summary>
    public void Park()
    {
        _parked = Stream.WaitReadableAsync().GetAwaiter();
        if (_parked.IsCompleted)
            ThreadPool.UnsafeQueueUserWorkItem(static side => side.OnReadable(), this, preferLocal: false);
        else
            _parked.UnsafeOnCompleted(_onReadable);
    }

    /// <summary>Something is there: receives it when bytes are wanted, else lets go of the claim, which the caller has.</summary>
    /// <returns>Whether bytes were wanted.</returns>
    public bool Continue(bool inline)
    {
        try
        {
            var mustWait = Stream.EndsTurn();
            Memory<byte> memory = default;
            bool isWanted;
            lock (Gate)
            {
                _last = LastReceive.LeftSome;
                isWanted = Direction.IsOpen && _receiver.WantsBytesLocked();
                if (!isWanted)
                    EndLocked();
                else if (!mustWait)
                    memory = Buffer.Lend();
            }

            if (!isWanted)
                Wake(inline);
            else if (mustWait || !Fill(memory, inline, ref mustWait))
                Receive(mustWait, inline);
            return isWanted;
        }
        catch (Exception exception)
        {
            FailWith(exception);
            return true;
        }
    }

    /// <summary>Ends the pending read when there is something to say.</summary>
    public void Wake(bool inline)
    {
        ReadEnd end;
        lock (Gate)
        {
            if (!_receiver.TryEndReadLocked(out end))
                return;
        }

        _receiver.CompleteRead(end, inline);
    }

    private void Receive(bool mustWait, bool inline)
    {
        do
        {
            if (mustWait || Stream.EndsTurn())
            {
                _parked = Stream.WaitReadableAsync().GetAwaiter();
                if (!_parked.IsCompleted)
                {
                    _parked.UnsafeOnCompleted(_onReadable);
                    return;
                }

                if (HasFailed(_parked.GetResult(), inline))
                    return;
            }

            mustWait = true;
        }
        while (TryLend(out var memory) && !Fill(memory, inline, ref mustWait));
    }

    // A direction that was stopped or reserved meanwhile receives no more: the claim is let go of.
    private bool TryLend(out Memory<byte> memory)
    {
        memory = default;
        lock (Gate)
        {
            if (Direction.IsOpen)
                memory = Buffer.Lend();
            else
                EndLocked();
            return Direction.IsOpen;
        }
    }

    // One receive into lent memory. False while the claim is kept: nothing was there, or more is to be received ahead.
    private bool Fill(Memory<byte> memory, bool inline, ref bool mustWait)
    {
        var received = Stream.TryReceive(memory.Span);
        if (received.Count > 0)
            // Before the reader has the bytes, and not under the lock: a listener of the count may call back in.
            Lifetime.OnReceived(received.Count);
        else if (!received.IsWouldBlock)
            return FillEnd(received, inline);
        bool continues, isEnded;
        ReadEnd end;
        lock (Gate)
        {
            mustWait = received.Count < memory.Length;
            _last = mustWait ? LastReceive.TookAll : LastReceive.LeftSome;
            Buffer.Commit(received.Count);
            BytesReceived += received.Count;
            if (received.IsWouldBlock)
                return false;
            EndLocked();
            isEnded = _receiver.TryEndReadLocked(out end);
            continues = _receiver.WantsBytesLocked() && TryBeginLocked();
        }

        if (isEnded)
            _receiver.CompleteRead(end, inline && !continues);
        return !continues;
    }

    private bool FillEnd(TransportResult received, bool inline)
    {
        lock (Gate)
            Buffer.Commit(0);
        EndWith(received, inline);
        return true;
    }

    private void OnReadable()
    {
        if (!HasFailed(_parked.GetResult(), inline: true) && !Continue(inline: true))
            _receiver.OnUnwantedBytes();
    }

    // What is the user's may throw, its pool first of all: no read may then wait for a claim that is never let go of.
    private void FailWith(Exception exception)
    {
        lock (Gate)
            EndLocked();
        Lifetime.Abort(exception);
    }
}

using System.Net.Sockets;

namespace Net.Async;

/// <summary>The sending direction below the writer: who may send, what is written and not sent, and the end of the direction.</summary>
/// <remarks>
/// One send at a time: a claim says whose. What was handed over belongs to the connection: an orderly end comes behind it.
/// The lock is never held over a call of the transport or a continuation.
/// </remarks>
internal sealed partial class SendSide : IThreadPoolWorkItem
{
    /// <summary>Guards the state of the direction and of the writer above.</summary>
    public object Gate => this;

    /// <summary>What was written and is not sent. Guarded by <see cref="Gate"/>.</summary>
    public SendBuffer Buffer;

    /// <summary>Where the direction stands. Guarded by <see cref="Gate"/>.</summary>
    public SendDirection Direction;

    /// <summary>The messages of the outbox; null until the first one. Guarded by <see cref="Gate"/>.</summary>
    public OutboxQueue? Outbox;

    /// <summary>Not 0 while a send that has the claim is queued: see <see cref="SendSideQueue"/>.</summary>
    public int Queued;

    private readonly ISender _sender;
    private Backlog? _backlog;
    private TransportClaim _claim;

    public SendSide(ConnectionLifetime lifetime, ISender sender)
    {
        Lifetime = lifetime;
        _sender = sender;
        Buffer = new SendBuffer(lifetime.Options.Buffers.Pool);
        if (lifetime.Options.OutputBudget is { } budget)
            _backlog = new Backlog(OnSent, budget);
    }

    /// <summary>The connection.</summary>
    public ConnectionLifetime Lifetime { get; }

    /// <summary>Bytes of the pipe that the transport has taken. Those of the outbox do not count: they may go before bytes of a call that has begun.</summary>
    public long BytesSent { get; private set; }

    /// <summary>Bytes written that it has not, under the lock.</summary>
    public long PendingLocked => Buffer.Pending + RestLength;

    /// <summary>Whether anything is to be sent, of the pipe or of the outbox, under the lock.</summary>
    public bool HasMoreLocked => PendingLocked > 0 || Outbox is { HasMore: true };

    /// <summary>Whether bytes are being sent, or wait for the transport to take more, under the lock.</summary>
    public bool IsSendingLocked => _claim.IsTaken;

    /// <summary>Takes from the budget of all connections what is unsent now, or gives back what no longer is, under the lock.</summary>
    /// <returns>False when that would pass it.</returns>
    public bool SettleLocked() => _backlog?.Settle(PendingLocked + (Outbox?.QueuedBytes ?? 0)) ?? true;

    /// <summary>The caller's memory that follows the buffer, under the lock.</summary>
    public int RestLength => _backlog?.RestLength ?? 0;

    // The first send that waits needs it without the lock, and a call that hands its memory over may need it at that moment: both must get the same.
    private Backlog Backlog => _backlog ?? Interlocked.CompareExchange(ref _backlog, new Backlog(OnSent), null) ?? _backlog;

    /// <summary>Claims sending for a call whose bytes go straight from its memory, under the lock: when nothing waits before them.</summary>
    public bool TryBeginDirectLocked() => Direction.CanSend && Buffer.Pending == 0 && _claim.TryTake();

    /// <summary>Claims sending for what is written, under the lock; false when there is nothing, or it is claimed.</summary>
    public bool TryBeginLocked()
    {
        DiscardIfFinishedLocked();
        return HasMoreLocked && TryClaimLocked();
    }

    /// <summary>All of a call's bytes went at once: records them and lets go of the claim, under the lock.</summary>
    /// <returns>False when the claim is kept: there is more to send, and <see cref="Send"/> has to follow.</returns>
    public bool TryEndDirectLocked(int count)
    {
        BytesSent += count;
        if (Direction.State == SendState.Finishing || (Direction.CanSend && HasMoreLocked))
            return false;
        FreeLocked();
        return true;
    }

    /// <summary>The rest of a call's bytes follows what is written. An orderly end that was asked for meanwhile comes behind it.</summary>
    /// <param name="rest">The caller's memory, which belongs to the call until it ends.</param>
    /// <param name="isClaimed">The caller has the claim.</param>
    /// <param name="progress">Whether bytes of the call have gone.</param>
    /// <returns>Whether the caller has the claim, and sends.</returns>
    public bool HandOver(ReadOnlyMemory<byte> rest, bool isClaimed, SendProgress progress)
    {
        bool sends, fits;
        lock (Gate)
        {
            // Also of nothing: what is known of an earlier call is not of this one.
            if (!Direction.IsFinished)
                (rest.IsEmpty ? _backlog : Backlog)?.Keep(rest, progress);
            // What does not fit is not sent, and nothing follows it.
            fits = SettleLocked();
            if (!fits)
                CutLocked();
            sends = isClaimed || TryBeginLocked();
        }

        if (!fits)
            _ = Lifetime.EndOverBudget();
        return sends;
    }

    /// <summary>The call gives up waiting, under the lock. A send that has begun goes no further, and no FIN follows it; of a write everything follows.</summary>
    public void GiveUpLocked(bool isSend)
    {
        if (!isSend)
            _backlog?.KeepRest(ref Buffer);
        else
            CutLocked();
    }

    private void CutLocked()
    {
        if (_backlog?.DropRest() == SendProgress.Begun)
            Direction.Tear();
        _ = SettleLocked();
    }

    /// <summary>Records what was sent, or the failure.</summary>
    public void Record(TransportResult sent, bool ofBuffer)
    {
        lock (Gate)
        {
            var isOfPipe = Outbox?.TryRecord(sent.Count) != true;
            BytesSent += isOfPipe ? sent.Count : 0;
            if (isOfPipe && ofBuffer && sent.Count > 0)
                Buffer.Sent(sent.Count);
            _ = SettleLocked();
        }

        if (sent.IsSuccess)
            Lifetime.OnSent(sent.Count);
        else
            Fail(sent.Error);
    }

    public void SendAndWake()
    {
        Send();
        _sender.Wake(inline: false);
    }

    /// <summary>Sends what is written until nothing is left, the transport makes us wait, or it fails; then FIN, when it was asked for. The caller has the claim.</summary>
    public void Send()
    {
        try
        {
            SendAll();
        }
        catch (Exception exception)
        {
            // What is the user's may throw, its pool for example.
            Lifetime.Abort(exception);
        }
    }

    private void SendAll()
    {
        SendStep step;
        while ((step = Next(out var first, out var pieces)) == SendStep.Bytes)
        {
            var stream = Lifetime.Stream;
            var sent = SendOrder.TrySend(stream, first, pieces);
            if (sent.IsWouldBlock)
            {
                if (!Backlog.Begin(stream, first))
                    return;
                sent = Backlog.Result();
            }

            Record(sent, ofBuffer: true);
        }

        if (step == SendStep.End)
            SendEnd();
        else if (step == SendStep.Pause)
            this.SendAfterOthers();
    }

    void IThreadPoolWorkItem.Execute() => this.SendQueued();

    private void OnSent()
    {
        Record(Backlog.Result(), ofBuffer: true);
        Send();
        _sender.Wake(inline: true);
    }

    // One decision under one lock: what is next, or that nothing is, which lets go of the claim. A byte added between the two would stay unsent.
    private SendStep Next(out ReadOnlyMemory<byte> first, out List<ArraySegment<byte>>? pieces)
    {
        (first, pieces) = (default, null);
        lock (Gate)
        {
            if (Direction.CanSend && SendOrder.Next(Direction.State, ref Buffer, _backlog, Outbox, out first, out pieces) is not SendStep.Nothing and var step)
                return step;
            step = Direction.BeginEnd() ? SendStep.End : SendStep.Nothing;
            FreeLocked();
            return step;
        }
    }

    /// <summary>Claims sending, under the lock: for <see cref="Send"/>, or to reserve the direction.</summary>
    public bool TryClaimLocked() => !Direction.IsFinished && _claim.TryTake();

    /// <summary>Lets go of the claim, under the lock.</summary>
    public void FreeLocked()
    {
        _claim.Release();
        DiscardIfFinishedLocked();
    }

    /// <summary>Drops what cannot be sent any more. A send that is under way has the memory; it discards when it is over.</summary>
    public void DiscardIfFinishedLocked()
    {
        if (!Direction.IsFinished || _claim.IsTaken)
            return;
        Buffer.Discard();
        Outbox?.Discard();
        _ = SettleLocked();
    }
}

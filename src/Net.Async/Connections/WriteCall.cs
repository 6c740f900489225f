using System.IO.Pipelines;

namespace Net.Async;

/// <summary>The one call that hands bytes over: a write, a flush, or a send of a whole. Whether it may begin, when it must wait, and what it says. Between the writer's contract and the sending direction.</summary>
internal sealed partial class WriteCall : ISender, IFlushCanceller
{
    private FlushWait? _wait; // made when the transport makes a call wait for the first time
    private long _target;     // the call is done once so many bytes are sent
    private int _dropped;     // not 0: bytes were advanced after the end, and no flush has reported it
    private CallKind _call;
    private WriterLife _writer;
    private CancelRequest _cancel;

    public WriteCall(ConnectionLifetime lifetime) => Side = new SendSide(lifetime, this);

    public SendSide Side { get; }

    /// <summary>Bytes of a send that are neither sent nor in memory of ours: in a file, or in a pipe of the kernel's. Under the lock.</summary>
    public long LeftLocked => _call == CallKind.Send ? Math.Max(0, _target - Side.BytesSent - Side.PendingLocked) : 0;

    public ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken)
    {
        bool sends;
        lock (Side.Gate)
        {
            ThrowIfCallingLocked();
            if (cancellationToken.IsCancellationRequested)
                return ValueTask.FromCanceled<FlushResult>(cancellationToken);
            Side.Buffer.Seal();
            if (Side.Direction.IsFinished || (Side.Direction.IsOver && (_dropped != 0 || Side.Buffer.Pending == 0)))
                return TellOverLocked();
            BeginCallLocked(CallKind.Write, 0);
            sends = Side.TryBeginLocked();
        }

        if (sends)
            Side.SendFlushed(_target);
        return TellOrWait(cancellationToken);
    }

    public ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken)
    {
        bool isDirect;
        lock (Side.Gate)
        {
            ThrowIfCompletedLocked();
            ThrowIfCallingLocked();
            if (cancellationToken.IsCancellationRequested)
                return ValueTask.FromCanceled<FlushResult>(cancellationToken);
            Side.Buffer.Seal();
            if (Side.Direction.IsOver)
                return TellOverLocked();
            BeginCallLocked(CallKind.Write, source.Length);
            isDirect = !source.IsEmpty && !Side.Gathers(source.Length) && Side.TryBeginDirectLocked();
        }

        if (isDirect)
        {
            var sent = Side.Lifetime.Stream.TrySend(source.Span);
            if (sent.Count == source.Length)
                return EndDirect(sent.Count);
            source = Side.SendDirect(source, sent);
        }

        if (Side.HandOver(source, isDirect, SendProgress.Begun))
        {
            if (isDirect)
                Side.Send();
            else
                Side.SendFlushed(_target);
        }

        return TellOrWait(cancellationToken);
    }

    /// <summary>Bytes were written to lent memory.</summary>
    /// <returns>False when they do not fit into the budget of all connections.</returns>
    public bool Advance(int bytes)
    {
        lock (Side.Gate)
        {
            ThrowIfCompletedLocked();
            if (Side.Direction.IsOver)
                _dropped |= Side.Buffer.Drop(bytes);
            else
                Side.Buffer.Advance(bytes);
            return Side.SettleLocked();
        }
    }

    public void Cancel()
    {
        CancellationTokenSource? withdrawal;
        lock (Side.Gate)
        {
            _cancel = CancelRequest.Pending;
            withdrawal = _wait?.Withdrawal;
        }

        withdrawal?.Cancel();
        Wake(inline: false);
    }

    /// <summary>Nothing more is written.</summary>
    /// <returns>False when that was known.</returns>
    public bool TryComplete()
    {
        lock (Side.Gate)
        {
            if (_writer.IsCompleted)
                return false;
            if (_writer.Complete())
                Side.Buffer.Seal();
            return true;
        }
    }

    /// <summary>A whole is about to be handed over: holds an orderly end back. Under the lock.</summary>
    /// <returns>False when the direction does not take it.</returns>
    public bool TryHoldLocked() => _writer.TryHold(ref Side.Direction);

    /// <summary>All of the whole was handed over, or it was cut off. Under the lock.</summary>
    public void LetGoLocked()
    {
        if (_writer.LetGo())
            Side.Buffer.Seal();
    }

    /// <summary>Why the transport cannot be given away, in words; null when no call is under way. Under the lock.</summary>
    public string? WhyBusyLocked() => _writer.IsCompleted ? "has ended" : _call != CallKind.None ? "is being written to" : null;

    /// <summary>The writer may write. Under the lock.</summary>
    public void ThrowIfCompletedLocked() => _writer.ThrowIfEnded(Side);

    /// <summary>A call may begin: none is under way. Under the lock.</summary>
    public void ThrowIfCallingLocked()
    {
        if (_call != CallKind.None)
            WriterLife.ThrowFlushing();
    }
}

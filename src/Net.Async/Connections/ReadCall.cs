using System.IO.Pipelines;

namespace Net.Async;

/// <summary>The one read of a connection: whether it may begin, when it must wait, and what it says. Between the reader's contract and the receiving direction.</summary>
internal sealed partial class ReadCall : IReceiver
{
    private ReadDeadline? _deadline;    // made when a time-out is set
    private PeerCloseWatcher? _watcher; // made when a token of the connection is asked for
    private volatile ReaderState _reader;
    private ReadKind _awaited;
    private CancelRequest _cancel;

    public ReadCall(ConnectionLifetime lifetime)
    {
        Side = new ReceiveSide(lifetime, this);
        Wait = lifetime.Options.Limits.MinReceiveRate is null ? new PipeWait<ReadResult>(Side.Gate) : new MessageWait(Side, lifetime.Options.TimeProvider);
        Timeout = lifetime.Options.ReadTimeout;
    }

    public ReceiveSide Side { get; }

    /// <summary>The read that waits.</summary>
    public PipeWait<ReadResult> Wait { get; }

    public bool IsCompleted => _reader == ReaderState.Completed;

    /// <summary>How long a read may wait; null is without a limit.</summary>
    public TimeSpan? Timeout
    {
        get => _deadline?.Timeout;
        set
        {
            if (value is not null || _deadline is not null)
                Deadline.Timeout = value;
        }
    }

    private ReadDeadline Deadline => _deadline ?? Interlocked.CompareExchange(ref _deadline, new ReadDeadline(Side.Lifetime, Wait, Side.Gate), null) ?? _deadline;

    public ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken)
    {
        ReadStep step;
        ReadEnd end;
        ValueTask<ReadResult> pending;
        lock (Side.Gate)
        {
            ThrowIfBusyLocked();
            if (cancellationToken.IsCancellationRequested)
                return ValueTask.FromCanceled<ReadResult>(cancellationToken);
            step = NextStepLocked(cancellationToken, out end, out pending);
        }

        while (step == ReadStep.Receives)
        {
            Side.Receive();
            lock (Side.Gate)
                step = NextStepLocked(cancellationToken, out end, out pending);
        }

        if (step == ReadStep.Ends)
            return Tell(end);
        Wait.Link(cancellationToken);
        return pending;
    }

    public bool TryRead(out ReadResult result)
    {
        ReadEnd end;
        bool isKnown, receives;
        lock (Side.Gate)
        {
            ThrowIfBusyLocked();
            isKnown = TryTakeLocked(out end);
            receives = !isKnown && Side.Buffer.Length < Side.Lifetime.Options.Buffers.MaxUnconsumedBytes && Side.TryBeginLocked();
        }

        if (receives)
        {
            Side.TryReceive();
            lock (Side.Gate)
            {
                ThrowIfCompletedLocked();
                isKnown = TryTakeLocked(out end);
            }
        }

        result = end.Result;
        if (end.ShowsEnd)
            Side.Lifetime.OnEndRead();
        return end.Failure is null ? isKnown : throw Side.Lifetime.Shown(end.Failure);
    }

    /// <summary>The reader gives a result back.</summary>
    public void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        bool receives;
        lock (Side.Gate)
        {
            if (_reader == ReaderState.Completed)
                throw new InvalidOperationException("Advancing is not allowed after the reader was completed.");
            if (_reader != ReaderState.Reading)
                throw new InvalidOperationException("There is no read to advance.");
            Side.Buffer.Advance(consumed, examined);
            _reader = ReaderState.Idle;
            if (Side.Direction.IsStopped)
                Side.Buffer.Discard();
            receives = WantsAheadLocked() && Side.TryBeginLocked();
        }

        if (receives)
            Side.Receive();
    }

    public void Cancel()
    {
        lock (Side.Gate)
            _cancel = CancelRequest.Pending;
        Side.Wake(inline: false);
    }

    /// <summary>Nothing more is read. A read that waits fails.</summary>
    /// <returns>False when that was known.</returns>
    public bool TryComplete()
    {
        lock (Side.Gate)
        {
            if (_reader == ReaderState.Completed)
                return false;
            _reader = ReaderState.Completed;
            Side.Buffer.Discard();
        }

        Side.Wake(inline: false);
        return true;
    }

    /// <summary>Detects the peer's FIN or RST without a pending read: at once while nothing is queued, else within a second.</summary>
    public void Watch()
    {
        if (_watcher is not null)
            return;
        var watcher = new PeerCloseWatcher(Side, Side.Lifetime);
        if (Interlocked.CompareExchange(ref _watcher, watcher, null) is null)
            watcher.Start();
    }

    /// <summary>Ends reading at once: pending and later reads throw; what was received is dropped, unless its holder still reads it.</summary>
    /// <param name="failure">What they throw; null to say that this side has closed.</param>
    public void Stop(Exception? failure)
    {
        lock (Side.Gate)
        {
            Side.Direction.Stop(failure, Side.Buffer.Length > 0);
            if (_reader != ReaderState.Reading)
                Side.Buffer.Discard();
        }

        Side.Wake(inline: false);
        // After the wait: the deadline of one that still waits may set itself again.
        _deadline?.Remove();
        _watcher?.Remove();
    }
}

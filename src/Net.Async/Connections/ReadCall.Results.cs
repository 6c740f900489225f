using System.IO.Pipelines;

namespace Net.Async;

/// <summary>What a read says, and when the one that waits has something to say.</summary>
internal sealed partial class ReadCall
{
    bool IReceiver.WantsBytesLocked() => (Wait.IsWaiting && _awaited == ReadKind.Bytes) || WantsAheadLocked();

    void IReceiver.OnUnwantedBytes() => _watcher?.Look();

    bool IReceiver.TryEndReadLocked(out ReadEnd end)
    {
        end = default;
        if (!Wait.IsWaiting)
            return false;
        if (_reader == ReaderState.Completed)
            end = new ReadEnd(default, CompletedMeanwhile(), false);
        else if (!(_awaited == ReadKind.Readiness ? TryTakeReadinessLocked(out end) : TryTakeLocked(out end)))
            return false;
        Wait.End();
        return true;
    }

    void IReceiver.CompleteRead(in ReadEnd end, bool inline)
    {
        if (end.ShowsEnd)
            Side.Lifetime.OnEndRead();
        Wait.Set(end.Result, Side.Lifetime.Shown(end.Failure), inline);
    }

    private ReadStep NextStepLocked(CancellationToken cancellationToken, out ReadEnd end, out ValueTask<ReadResult> pending)
    {
        pending = default;
        ThrowIfCompletedLocked();
        if (TryTakeLocked(out end))
            return ReadStep.Ends;
        ThrowIfFullLocked();
        if (Side.TryBeginLocked())
            return ReadStep.Receives;
        pending = BeginLocked(ReadKind.Bytes, cancellationToken);
        return ReadStep.Waits;
    }

    // What a read says now; false when it must wait.
    private bool TryTakeLocked(out ReadEnd end)
    {
        end = default;
        ref var direction = ref Side.Direction;
        var hasNews = Side.Buffer.HasUnexamined && !direction.IsStopped;
        var isCancelled = _cancel == CancelRequest.Pending;
        if (!hasNews && (!isCancelled || direction.IsStopped) && Side.FailureLocked is { } failure)
        {
            end = new ReadEnd(default, failure, false);
            return true;
        }

        if (!hasNews && !isCancelled && !direction.IsAtEnd)
            return false;
        _reader = ReaderState.Reading;
        _cancel = CancelRequest.None;
        end = new ReadEnd(new ReadResult(Side.Buffer.Sequence, isCancelled, direction.IsAtEnd), null, direction.ShowEnd());
        return true;
    }

    // The caller receives itself: all it needs is that a receive would say something, which is so when no wait is parked any more.
    private bool TryTakeReadinessLocked(out ReadEnd end)
    {
        var isCancelled = _cancel == CancelRequest.Pending;
        var failure = Side.FailureLocked;
        end = new ReadEnd(new ReadResult(default, isCancelled, false), failure, false);
        if (!isCancelled && failure is null && !Side.Direction.HasEnded && Side.IsClaimedLocked)
            return false;
        _cancel = CancelRequest.None;
        return true;
    }

    /// <summary>Shows a cancel that no call has shown yet. Under the lock.</summary>
    public bool TryTakeCancelLocked()
    {
        var isCancelled = _cancel == CancelRequest.Pending;
        _cancel = CancelRequest.None;
        return isCancelled;
    }

    private ValueTask<ReadResult> Tell(in ReadEnd end)
    {
        if (end.ShowsEnd)
            Side.Lifetime.OnEndRead();
        return end.Failure is null ? new(end.Result) : ValueTask.FromException<ReadResult>(Side.Lifetime.Shown(end.Failure));
    }

    /// <summary>Begins a wait for a receive of the caller's own. Under the lock; <see cref="PipeWait{T}.Link"/> follows outside of it.</summary>
    public ValueTask<ReadResult> BeginReadinessLocked(CancellationToken cancellationToken) => BeginLocked(ReadKind.Readiness, cancellationToken);

    private ValueTask<ReadResult> BeginLocked(ReadKind awaited, CancellationToken cancellationToken)
    {
        _awaited = awaited;
        _deadline?.BeginLocked();
        return Wait.Begin(cancellationToken);
    }

    /// <summary>Whether bytes are received ahead of the reader. Under the lock.</summary>
    public bool WantsAheadLocked()
    {
        var options = Side.Lifetime.Options;
        return options.Buffers.ReadAhead && _reader != ReaderState.Completed && Side.Direction.IsOpen && Side.Buffer.Length < options.Buffers.ReadAheadLimit;
    }

    /// <summary>A read may begin: none is under way. Under the lock.</summary>
    public void ThrowIfBusyLocked()
    {
        if (_reader == ReaderState.Completed)
            throw new InvalidOperationException("Reading is not allowed after the reader was completed.");
        if (Wait.IsWaiting)
            throw new InvalidOperationException("Another read is active: one reader at a time.");
        if (_reader == ReaderState.Reading)
            throw new InvalidOperationException("A read is under way: advance the last one first.");
    }

    /// <summary>What a read throws that was under way when the reader was completed.</summary>
    public static InvalidOperationException CompletedMeanwhile() => new("The reader was completed while a read was pending.");

    // While the transport was called: the read has nothing to say, and nothing would end its wait.
    private void ThrowIfCompletedLocked()
    {
        if (_reader == ReaderState.Completed)
            throw CompletedMeanwhile();
    }

    private void ThrowIfFullLocked()
    {
        if (Side.Buffer.Length >= Side.Lifetime.Options.Buffers.MaxUnconsumedBytes)
        {
            throw new InvalidOperationException(
                $"The reader holds {Side.Buffer.Length} unconsumed bytes, the limit of {nameof(BufferOptions.MaxUnconsumedBytes)}. Consume some, or raise it.");
        }
    }

    /// <summary>Why the transport cannot be given away, in words; null when no read is under way. Under the lock.</summary>
    public string? WhyBusyLocked() =>
        Side.Lifetime.Options.Buffers.ReadAhead ? "receives ahead of its reader"
        : _reader == ReaderState.Completed ? "has ended"
        : _reader == ReaderState.Reading || Wait.IsWaiting ? "is being read from" : null;
}

using System.IO.Pipelines;

namespace Net.Async;

/// <summary>The writing half, straight on the transport: a flush sends on the caller's stack and waits only when the transport does.</summary>
/// <remarks>
/// The contract of <see cref="PipeWriter"/>. Below it are the one call (<see cref="WriteCall"/>) and the direction (<see cref="SendSide"/>).
/// A cancelled flush does not take bytes back: the send continues, and the next flush waits for it.
/// </remarks>
internal sealed class OutputPipe(ConnectionLifetime lifetime) : PipeWriter
{
    private Task? _finishing; // the end that no caller waits for

    /// <summary>The one call that hands bytes over.</summary>
    public WriteCall Call { get; } = new(lifetime);

    public long BytesSent => Side.BytesSent + (Side.Outbox?.BytesSent ?? 0);

    private SendSide Side => Call.Side;

    /// <summary>Whether FIN was sent, or nothing can be sent any more.</summary>
    public bool IsFinished
    {
        get
        {
            lock (Side.Gate)
                return Side.Direction.IsFinished;
        }
    }

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes
    {
        get
        {
            lock (Side.Gate)
                return Side.Lifetime.Options.Buffers.PauseWriterThreshold > 0 ? Side.Buffer.Unflushed : Side.PendingLocked + Call.LeftLocked;
        }
    }

    public override Stream AsStream(bool leaveOpen = false) => new OutputStream(this, Side.Lifetime.RemoteEndPoint, leaveOpen);

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sizeHint);
        lock (Side.Gate)
        {
            Call.ThrowIfCompletedLocked();
            // A piece of that write would be copied to the same place.
            if (Side.RestLength > 0)
                WriterLife.ThrowFlushing();
            ThrowIfFullLocked(Math.Max(sizeHint, 1));
            return Side.Buffer.Lend(sizeHint);
        }
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        if (!Call.Advance(bytes))
            throw Side.Lifetime.EndOverBudget();
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => Call.FlushAsync(cancellationToken);

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default) =>
        Call.WriteAsync(source, cancellationToken);

    /// <summary>Sends past the pipe. The pipe must hold nothing.</summary>
    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => new DirectSend(Call).SendAsync(bytes, cancellationToken);

    public override void CancelPendingFlush() => Call.Cancel();

    public override void Complete(Exception? exception = null)
    {
        if (TryComplete(exception))
            FinishInBackground();
    }

    public override ValueTask CompleteAsync(Exception? exception = null) =>
        TryComplete(exception) ? new ValueTask(Side.FinishAsync()) : default;

    /// <summary>Sends the rest and FIN while no caller waits: bounded, then an abort.</summary>
    /// <remarks>Several may ask for it; one task and one timer are enough.</remarks>
    public void FinishInBackground()
    {
        if (Volatile.Read(ref _finishing) is not null || Interlocked.CompareExchange(ref _finishing, Task.CompletedTask, null) is not null)
            return;
        _finishing = FinishAndForgetAsync();
    }

    /// <summary>Sends the rest and FIN within the time limit of the options, or aborts.</summary>
    /// <exception cref="TimeoutException">The limit passed; the connection is aborted.</exception>
    /// <exception cref="ConnectionException">Bytes were lost.</exception>
    public async Task FinishInTimeAsync()
    {
        var options = Side.Lifetime.Options;
        try
        {
            await Side.FinishAsync().WaitAsync(options.Close.Timeout, options.TimeProvider).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            Side.Lifetime.AbortTimedOut();
            throw;
        }
    }

    /// <summary>Ends writing: later writes are dropped, and flushes say so, or throw when there is a failure.</summary>
    public void Stop(Exception? failure) => Side.Stop(failure);

    /// <summary>There is nothing to write to from the start: every attempt says so, and FIN is not ours to send.</summary>
    public void Disable()
    {
        lock (Side.Gate)
            Side.Direction.Disable();
    }

    /// <summary>Holds an orderly end back until <see cref="Release"/>; false when it was asked for already, or bytes that wait must go first.</summary>
    /// <exception cref="InvalidOperationException">Another has it.</exception>
    public bool TryHold()
    {
        lock (Side.Gate)
            return Call.TryHoldLocked();
    }

    /// <summary>All of it was handed over, or the connection was aborted: the end may come.</summary>
    public void Release()
    {
        bool sends;
        lock (Side.Gate)
        {
            Call.LetGoLocked();
            Side.Direction.Release();
            sends = (Side.Direction.State == SendState.Finishing || Side.HasMoreLocked) && Side.TryClaimLocked();
        }

        if (sends)
            Side.SendAndWake();
    }

    /// <summary>Copies a stream to its end. One with a length is a whole: it arrives, or the connection is aborted. One without, a socket's for example, is handed over as it is read.</summary>
    protected override async Task CopyFromAsync(Stream source, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        var isWhole = source.CanSeek && TryHold();
        var hasBegun = false;
        try
        {
            // A write that is under way, or an end, is told before anything is read.
            ThrowIfCut(await WriteAsync(ReadOnlyMemory<byte>.Empty, cancellationToken).ConfigureAwait(false));
            while (true)
            {
                var read = await source.ReadAsync(GetMemory(BlockPool.SmallBlock), cancellationToken).ConfigureAwait(false);
                if (read == 0)
                    return;
                Advance(read);
                hasBegun = true;
                ThrowIfCut(await FlushAsync(cancellationToken).ConfigureAwait(false));
            }
        }
        catch (Exception exception) when (isWhole && hasBegun)
        {
            Side.Lifetime.Abort(exception);
            throw;
        }
        finally
        {
            if (isWhole)
                Release();
        }
    }

    private bool TryComplete(Exception? exception)
    {
        if (!Call.TryComplete())
            return false;
        if (exception is not null)
            Side.Lifetime.Abort(exception);
        return exception is null;
    }

    private async Task FinishAndForgetAsync()
    {
        try
        {
            await FinishInTimeAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is TimeoutException or ConnectionException)
        {
            // The reason is in CloseReason already, and no caller waits here.
        }
    }

    private void ThrowIfCut(FlushResult flushed)
    {
        if (flushed.IsCanceled)
            throw new OperationCanceledException("The copy was cut off by CancelPendingFlush.");
        if (flushed.IsCompleted)
            throw Side.Lifetime.Failure ?? Side.Lifetime.ClosedHere();
    }

    private void ThrowIfFullLocked(int more)
    {
        var (pending, limit) = (Side.Buffer.Pending, Side.Lifetime.Options.Buffers.MaxUnflushedBytes);
        if (pending + more > limit)
        {
            throw new InvalidOperationException(
                $"{pending} bytes are written and not flushed; {more} more would pass {nameof(BufferOptions.MaxUnflushedBytes)} ({limit}). Flush first.");
        }
    }
}

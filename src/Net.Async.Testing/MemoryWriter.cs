using System.IO.Pipelines;

namespace Net.Async.Testing;

/// <summary>A pipe's writer that ends as a connection's output does. A close may come from another thread at any time: the lock keeps the pipe from seeing both.</summary>
internal sealed class MemoryWriter(MemoryConnection connection, PipeWriter pipe, long mostUnflushed) : PipeWriter
{
    private readonly Lock _lock = new();
    private Task _lastFlush = Task.CompletedTask;
    private byte[] _scratch = [];
    private int _flushing;
    private bool _completed;
    private bool _stopped;
    private bool _done;

    public long BytesWritten { get; private set; }

    /// <summary>The peer has been told of the end, or nothing can be told any more.</summary>
    public bool IsFinished { get; private set; }

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => pipe.UnflushedBytes;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sizeHint);
        lock (_lock)
        {
            ThrowIfCompleted();
            // After the end writes are dropped, and flushes say why.
            if (_stopped || _done)
                return _scratch = _scratch.Length > sizeHint ? _scratch : new byte[Math.Max(sizeHint, 4096)];
            if (UnflushedBytes + Math.Max(sizeHint, 1) > mostUnflushed)
                throw new InvalidOperationException($"{UnflushedBytes} bytes are written and not flushed, {sizeHint} more pass the limit. Flush first.");
            return pipe.GetMemory(sizeHint);
        }
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        lock (_lock)
        {
            ThrowIfCompleted();
            if (!_stopped && !_done)
                pipe.Advance(bytes);
        }
    }

    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Interlocked.Exchange(ref _flushing, 1) != 0)
            throw new InvalidOperationException("A flush is under way: await it first.");
        try
        {
            return await FlushInTurnAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _flushing, 0);
        }
    }

    public override async ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            ThrowIfCompleted();
            if (!_stopped && !_done)
                Append(source);
        }

        return await FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    public override void CancelPendingFlush() => pipe.CancelPendingFlush();

    public override void Complete(Exception? exception = null)
    {
        if (!BeginCompleting())
            return;
        if (exception is not null)
            connection.Abort(exception);
        else
            Finish();
    }

    public override async ValueTask CompleteAsync(Exception? exception = null)
    {
        if (!BeginCompleting())
            return;
        if (exception is not null)
            connection.Abort(exception);
        else
            await FinishAsync().ConfigureAwait(false);
    }

    /// <summary>Waits until the peer has room for the rest, then ends.</summary>
    public async Task FinishAsync()
    {
        await FlushInTurnAsync(CancellationToken.None).ConfigureAwait(false);
        Finish();
    }

    /// <summary>The connection has ended: a pending flush hears of it, and later ones.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            _stopped = true;
            IsFinished = true;
        }

        pipe.CancelPendingFlush();
    }

    /// <summary>The blocks go back; the connection was disposed.</summary>
    public void Release()
    {
        lock (_lock)
            CompletePipe();
    }

    // A pipe takes one flush at a time, and both the writer and a close may flush.
    private async Task<FlushResult> FlushInTurnAsync(CancellationToken cancellationToken)
    {
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await Interlocked.Exchange(ref _lastFlush, turn.Task).ConfigureAwait(false);
        try
        {
            Task<FlushResult> flush;
            lock (_lock)
            {
                if (Ended() is { } ended)
                    return ended;
                BytesWritten += UnflushedBytes;
                flush = pipe.FlushAsync(cancellationToken).AsTask();
            }

            var result = await flush.ConfigureAwait(false);
            connection.OnBytes();
            lock (_lock)
                return Ended() ?? result;
        }
        finally
        {
            turn.SetResult();
        }
    }

    private void Append(ReadOnlyMemory<byte> source)
    {
        while (!source.IsEmpty)
        {
            var memory = pipe.GetMemory();
            var count = Math.Min(memory.Length, source.Length);
            source[..count].CopyTo(memory);
            pipe.Advance(count);
            source = source[count..];
        }
    }

    private bool BeginCompleting()
    {
        lock (_lock)
        {
            if (_completed)
                return false;
            return _completed = true;
        }
    }

    private void Finish()
    {
        lock (_lock)
        {
            if (IsFinished)
                return;
            BytesWritten += UnflushedBytes;
            IsFinished = true;
            CompletePipe();
        }

        connection.OnOutputFinished();
    }

    private void CompletePipe()
    {
        if (!_done)
            pipe.Complete();
        _done = true;
    }

    private FlushResult? Ended()
    {
        if (_stopped && connection.CloseReason is { Error: not null })
            throw connection.Failure!;
        return _stopped || _done ? new FlushResult(isCanceled: false, isCompleted: true) : null;
    }

    private void ThrowIfCompleted()
    {
        if (_completed)
            throw new InvalidOperationException("Writing is not allowed after the writer was completed.");
    }
}

using System.IO.Pipelines;

namespace Net.Async.Testing;

/// <summary>A pipe's writer that ends as a connection's output does.</summary>
internal sealed class MemoryWriter(MemoryConnection connection, PipeWriter pipe, long mostUnflushed) : PipeWriter
{
    private bool _completed;
    private volatile bool _stopped;
    private byte[]? _scratch;
    private int _flushing;
    private Task _lastFlush = Task.CompletedTask;

    public long BytesWritten { get; private set; }

    /// <summary>The peer has been told of the end, or nothing can be told any more.</summary>
    public bool IsFinished { get; private set; }

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => pipe.UnflushedBytes;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        ThrowIfCompleted();
        // After the end writes are dropped, and flushes say why.
        if (_stopped)
            return _scratch = _scratch?.Length >= sizeHint ? _scratch : new byte[Math.Max(sizeHint, 4096)];
        if (UnflushedBytes + Math.Max(sizeHint, 1) > mostUnflushed)
            throw new InvalidOperationException($"{UnflushedBytes} bytes are written and not flushed, {sizeHint} more pass the limit. Flush first.");
        return pipe.GetMemory(sizeHint);
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        ThrowIfCompleted();
        if (!_stopped)
            pipe.Advance(bytes);
    }

    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (_completed)
            return Ended() ?? new FlushResult(isCanceled: false, isCompleted: true);
        if (Ended() is { } ended)
            return ended;
        cancellationToken.ThrowIfCancellationRequested();
        if (Interlocked.Exchange(ref _flushing, 1) != 0)
            throw new InvalidOperationException("A flush is under way: await it first.");
        try
        {
            BytesWritten += UnflushedBytes;
            var flush = pipe.FlushAsync(cancellationToken).AsTask();
            Volatile.Write(ref _lastFlush, flush);
            var result = await flush.ConfigureAwait(false);
            return Ended() ?? result;
        }
        finally
        {
            Volatile.Write(ref _flushing, 0);
        }
    }

    public override async ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        ThrowIfCompleted();
        cancellationToken.ThrowIfCancellationRequested();
        if (Ended() is { } ended)
            return ended;
        while (!source.IsEmpty)
        {
            var memory = pipe.GetMemory();
            var count = Math.Min(memory.Length, source.Length);
            source[..count].CopyTo(memory);
            pipe.Advance(count);
            source = source[count..];
        }

        return await FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    public override void CancelPendingFlush() => pipe.CancelPendingFlush();

    public override void Complete(Exception? exception = null)
    {
        if (_completed)
            return;
        _completed = true;
        if (exception is not null)
            connection.Abort(exception);
        else
            Finish();
    }

    public override async ValueTask CompleteAsync(Exception? exception = null)
    {
        if (_completed)
            return;
        _completed = true;
        if (exception is not null)
            connection.Abort(exception);
        else
            await FinishAsync().ConfigureAwait(false);
    }

    /// <summary>Waits until the peer has room for the rest, then ends.</summary>
    public async Task FinishAsync()
    {
        // A pipe takes one flush at a time; the writer's own may still wait.
        while (Interlocked.Exchange(ref _flushing, 1) != 0)
        {
            await Volatile.Read(ref _lastFlush).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.Yield();
        }

        if (!IsFinished && !_stopped)
        {
            BytesWritten += UnflushedBytes;
            await pipe.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        }

        Volatile.Write(ref _flushing, 0);

        if (_stopped && connection.CloseReason is { Error: not null })
            throw connection.Failure!;
        Finish();
    }

    /// <summary>The connection has ended: a pending flush hears of it, and later ones.</summary>
    public void Stop()
    {
        _stopped = true;
        IsFinished = true;
        pipe.CancelPendingFlush();
    }

    /// <summary>The blocks go back; the connection was disposed.</summary>
    public void Release() => pipe.Complete();

    private void Finish()
    {
        if (IsFinished)
            return;
        BytesWritten += UnflushedBytes;
        IsFinished = true;
        pipe.Complete();
        connection.OnOutputFinished();
    }

    private FlushResult? Ended()
    {
        if (!_stopped)
            return null;
        return connection.CloseReason is { Error: not null } ? throw connection.Failure! : new FlushResult(isCanceled: false, isCompleted: true);
    }

    private void ThrowIfCompleted()
    {
        if (_completed)
            throw new InvalidOperationException("Writing is not allowed after the writer was completed.");
    }
}

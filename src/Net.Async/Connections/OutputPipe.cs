using System.IO.Pipelines;

namespace Net.Async;

/// <summary>The writing half, straight on the kernel: a flush sends on the caller's stack and waits only when the kernel does.</summary>
/// <remarks>A cancelled flush does not take bytes back: the send goes on, and the next flush waits for it. The lock is never held over a system call.</remarks>
internal sealed partial class OutputPipe : PipeWriter
{
    private readonly Lock _lock = new();
    private readonly StreamConnection _connection;
    private readonly IoStream _stream;
    private SendBuffer _buffer;
    private PipeWait<FlushResult>? _wait; // made when the kernel makes a flush wait for the first time
    private readonly ConnectionOptions _options;
    private bool _sending;    // a thread or the kernel works through the buffer
    private bool _cancelled;  // sticky until a flush has shown it
    private bool _completed;
    private bool _stopped;    // nothing can be sent any more: writes are dropped
    private Exception? _failure;

    public OutputPipe(StreamConnection connection, IoStream stream, ConnectionOptions options)
    {
        _connection = connection;
        _stream = stream;
        _options = options;
        _buffer = new SendBuffer(options.Pool);
    }

    public long BytesSent { get; private set; }

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes
    {
        get
        {
            lock (_lock)
                return _buffer.Pending;
        }
    }

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sizeHint);
        lock (_lock)
        {
            ThrowIfCompleted();
            ThrowIfFull(Math.Max(sizeHint, 1));
            return _buffer.Lend(sizeHint);
        }
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        lock (_lock)
        {
            ThrowIfCompleted();
            _buffer.Advance(bytes);
        }
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        bool send;
        lock (_lock)
        {
            // After the completion a flush has nothing to do, and says so, as a Pipe's does.
            ThrowIfFlushing();
            if (cancellationToken.IsCancellationRequested)
                return ValueTask.FromCanceled<FlushResult>(cancellationToken);
            _buffer.Seal();
            send = ClaimSending();
        }

        if (send)
            Send();
        ValueTask<FlushResult> pending;
        lock (_lock)
        {
            if (Take(out var result, out var failure))
                return failure is null ? new(result) : ValueTask.FromException<FlushResult>(failure);
            pending = (_wait ??= new(_lock)).Begin(cancellationToken);
        }

        _wait.Link(cancellationToken);
        return pending;
    }

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default) =>
        WriteAsync(source, keepsRest: true, cancellationToken);

    /// <summary>Writes; cancelled half-way, it keeps what is left and sends it later, or aborts the connection.</summary>
    public ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, bool keepsRest, CancellationToken cancellationToken)
    {
        bool direct;
        lock (_lock)
        {
            ThrowIfCompleted();
            ThrowIfFlushing();
            if (cancellationToken.IsCancellationRequested)
                return ValueTask.FromCanceled<FlushResult>(cancellationToken);
            _buffer.Seal();
            // Straight from the caller's memory when nothing waits before it.
            direct = !_sending && !_stopped && _buffer.Pending == 0;
            _sending |= direct;
        }

        if (direct)
        {
            source = SendDirect(source);
            if (source.IsEmpty)
                return AfterSendingAsync(cancellationToken);
        }

        return WriteRestAsync(source, keepsRest, cancellationToken);
    }

    public override void CancelPendingFlush()
    {
        lock (_lock)
            _cancelled = true;
        Wake(inline: false);
    }

    public override void Complete(Exception? exception = null)
    {
        if (BeginCompleting(exception))
            _connection.FinishInBackground();
    }

    public override ValueTask CompleteAsync(Exception? exception = null) =>
        BeginCompleting(exception) ? new ValueTask(FinishAsync()) : default;

    private bool BeginCompleting(Exception? exception)
    {
        lock (_lock)
        {
            if (_completed)
                return false;
            _completed = true;
            _buffer.Seal();
        }

        if (exception is not null)
            _connection.Abort(exception);
        Wake(inline: false);
        return exception is null;
    }

    private void ThrowIfCompleted()
    {
        if (_refusal is not null)
            throw new InvalidOperationException(_refusal);
        if (_completed)
            throw new InvalidOperationException("Writing is not allowed after the writer was completed.");
    }

    private void ThrowIfFlushing()
    {
        if (_wait is { IsWaiting: true })
            throw new InvalidOperationException("A flush is under way: await it first.");
    }

    private void ThrowIfFull(int more)
    {
        if (_buffer.Pending + more > _options.MaxUnflushedBytes)
        {
            throw new InvalidOperationException(
                $"{_buffer.Pending} bytes are written and not flushed; {more} more would pass {nameof(ConnectionOptions.MaxUnflushedBytes)} ({_options.MaxUnflushedBytes}). Flush first.");
        }
    }

    /// <summary>What a flush would say now, under the lock; false when it must wait.</summary>
    private bool Take(out FlushResult result, out Exception? failure)
    {
        failure = null;
        result = new FlushResult(_cancelled, _stopped && _failure is null);
        if (_cancelled)
        {
            _cancelled = false;
            return true;
        }

        failure = _failure;
        return failure is not null || !_sending || _stopped;
    }

    private void Wake(bool inline)
    {
        FlushResult result;
        Exception? failure;
        lock (_lock)
        {
            if (_wait is not { IsWaiting: true } || !Take(out result, out failure))
                return;
            _wait.End();
        }

        _wait.Set(result, failure, inline);
    }
}

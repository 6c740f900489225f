using System.IO.Pipelines;

namespace Net.Async.Testing;

/// <summary>A pipe's writer that ends, waits and tells as a connection's output does: the peer's side has the room of a socket buffer, and takes a piece at a time.</summary>
/// <remarks>A close may come from another thread at any time. What was handed over belongs to the connection: an orderly end comes behind it.</remarks>
internal sealed partial class MemoryWriter(MemoryConnection connection, PipeWriter pipe, long mostUnflushed) : PipeWriter
{
    private readonly Lock _lock = new();
    private readonly StagedBytes _staged = new();
    private Waiting? _waiting;
    private bool _cancelled;   // sticky until a flush has shown it
    private bool _dropped;     // bytes were advanced after the end; the next flush says so
    private bool _completed;
    private bool _finishing;
    private bool _stopped;
    private bool _torn;        // a send was cut off half-way: nothing follows it, and no end
    private bool _readerGone;

    /// <summary>What the peer's side has taken.</summary>
    public long BytesWritten { get; private set; }

    /// <summary>The peer has been told of the end, or nothing can be told any more.</summary>
    public bool IsFinished { get; private set; }

    /// <summary>An orderly end was asked for.</summary>
    public bool IsEnding => _finishing || _completed;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes
    {
        get
        {
            lock (_lock)
                return _staged.Count;
        }
    }

    // Nothing is taken any more: it has ended, or an orderly end was asked for and the writer does not hold it back.
    private bool IsOver => _stopped || (!_held && (_finishing || _completed));

    public override Stream AsStream(bool leaveOpen = false) => new MemoryOutputStream(connection, leaveOpen);

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sizeHint);
        lock (_lock)
        {
            ThrowIfCompleted();
            if (_staged.Count + Math.Max(sizeHint, 1) > mostUnflushed)
                throw new InvalidOperationException($"{_staged.Count} bytes are written and not flushed, {sizeHint} more pass the limit. Flush first.");
            return _staged.Lend(sizeHint);
        }
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        lock (_lock)
        {
            ThrowIfCompleted();
            _staged.Advance(bytes, keeps: !IsOver);
            _dropped |= IsOver && bytes > 0;
        }
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        bool pump;
        Waiting waiting;
        lock (_lock)
        {
            ThrowIfFlushing();
            if (cancellationToken.IsCancellationRequested)
                return ValueTask.FromCanceled<FlushResult>(cancellationToken);
            if (_stopped || (IsOver && (_dropped || _staged.Count == 0)))
                return TellOver();
            (waiting, pump) = Begin(isSend: false);
        }

        return GoAsync(waiting, pump, cancellationToken);
    }

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        bool pump;
        Waiting waiting;
        lock (_lock)
        {
            ThrowIfCompleted();
            ThrowIfFlushing();
            if (cancellationToken.IsCancellationRequested)
                return ValueTask.FromCanceled<FlushResult>(cancellationToken);
            if (IsOver)
                return TellOver();
            _staged.Append(source.Span);
            (waiting, pump) = Begin(isSend: false);
        }

        return GoAsync(waiting, pump, cancellationToken);
    }

    /// <summary>Sends all of it, or none, or the connection ends.</summary>
    public ValueTask<FlushResult> SendAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken)
    {
        bool pump;
        Waiting waiting;
        lock (_lock)
        {
            ThrowIfFlushing();
            ThrowIfCompleted();
            if (IsOver)
                return TellOver();
            if (_staged.Count > 0)
                throw new InvalidOperationException("The pipe holds unflushed bytes: flush Output first.");
            if (_cancelled)
            {
                _cancelled = false;
                return ValueTask.FromException<FlushResult>(CancelledSend());
            }

            _staged.Append(source.Span);
            (waiting, pump) = Begin(isSend: true);
        }

        return GoAsync(waiting, pump, cancellationToken);
    }

    public override void CancelPendingFlush()
    {
        lock (_lock)
            _cancelled = true;
        Wake();
    }

    public override void Complete(Exception? exception = null)
    {
        if (BeginCompleting(exception))
            connection.FinishInBackground();
    }

    public override async ValueTask CompleteAsync(Exception? exception = null)
    {
        if (BeginCompleting(exception))
            await FinishAsync().ConfigureAwait(false);
    }

    private bool BeginCompleting(Exception? exception)
    {
        lock (_lock)
        {
            if (_completed)
                return false;
            _completed = true;
        }

        if (exception is not null)
            connection.Abort(exception);
        return exception is null;
    }

    private void ThrowIfCompleted()
    {
        if (_completed && !_held)
            throw new InvalidOperationException("Writing is not allowed after the writer was completed.");
    }

    private void ThrowIfFlushing()
    {
        if (_waiting is not null)
            throw new InvalidOperationException("A flush is under way: await it first.");
    }
}

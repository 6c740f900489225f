using System.IO.Pipelines;

namespace Net.Async;

/// <summary>The writing half, straight on the kernel: a flush sends on the caller's stack and waits only when the kernel does.</summary>
/// <remarks>
/// What was handed over belongs to the connection: an orderly end comes behind it, and nothing that is handed over later is taken.
/// A cancelled flush does not take bytes back: the send continues, and the next flush waits for it. The lock is never held over a system call.
/// </remarks>
internal sealed partial class OutputPipe : PipeWriter
{
    private readonly Lock _lock = new();
    private readonly StreamConnection _connection;
    private readonly TransportStream _stream;
    private SendBuffer _buffer;
    private FlushWait? _wait; // made when the kernel makes a flush wait for the first time
    private readonly ConnectionOptions _options;
    private bool _sending;    // a thread or the kernel works through the buffer
    private bool _writing;    // a call that hands bytes over has begun, and is neither over nor waiting
    private bool _cancelled;  // sticky until a flush has shown it
    private bool _dropped;    // bytes were advanced after the end; the next flush says so
    private bool _completed;
    private bool _stopped;    // nothing can be sent any more: writes are dropped
    private Exception? _failure;

    public OutputPipe(StreamConnection connection, TransportStream stream, ConnectionOptions options)
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
                return _buffer.Pending + (_wait?.Rest.Length ?? 0);
        }
    }

    // Nothing is taken any more: it has ended, or an orderly end was asked for and the writer does not hold it back.
    private bool IsOver => _stopped || (!_held && (_finishing || _completed));

    public override Stream AsStream(bool leaveOpen = false) => new OutputStream(this, _connection.RemoteEndPoint, leaveOpen);

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sizeHint);
        lock (_lock)
        {
            ThrowIfCompleted();
            // A piece of that write would be copied to the same place.
            if (_wait is { Rest.IsEmpty: false })
                ThrowFlushing();
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
            if (IsOver)
                _dropped |= _buffer.Drop(bytes) > 0;
            else
                _buffer.Advance(bytes);
        }
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        bool send;
        long target;
        lock (_lock)
        {
            ThrowIfFlushing();
            if (cancellationToken.IsCancellationRequested)
                return ValueTask.FromCanceled<FlushResult>(cancellationToken);
            _buffer.Seal();
            if (_stopped || (IsOver && (_dropped || _buffer.Pending == 0)))
                return TellOver();
            target = BytesSent + _buffer.Pending;
            send = ClaimSending();
        }

        if (send)
            Send();
        return TellOrWait(target, isSend: false, cancellationToken);
    }

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        bool direct;
        long target;
        lock (_lock)
        {
            ThrowIfCompleted();
            ThrowIfFlushing();
            if (cancellationToken.IsCancellationRequested)
                return ValueTask.FromCanceled<FlushResult>(cancellationToken);
            _buffer.Seal();
            if (IsOver)
                return TellOver();
            target = BytesSent + _buffer.Pending + source.Length;
            direct = ClaimDirect();
        }

        if (direct)
            source = SendDirect(source);
        HandOver(source, direct, hasBegun: true);
        return TellOrWait(target, isSend: false, cancellationToken);
    }

    public override void CancelPendingFlush()
    {
        CancellationTokenSource? withdrawal;
        lock (_lock)
        {
            _cancelled = true;
            withdrawal = _wait?.Withdrawal;
        }

        withdrawal?.Cancel();
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
            // The writer that holds the end back has memory of it lent.
            if (!_held)
                _buffer.Seal();
        }

        if (exception is not null)
            _connection.Abort(exception);
        return exception is null;
    }

    private void ThrowIfCompleted()
    {
        if (_refusal is not null)
            throw new InvalidOperationException(_refusal);
        if (_completed && !_held)
            throw new InvalidOperationException("Writing is not allowed after the writer was completed.");
    }

    private void ThrowIfFlushing()
    {
        if (_writing || _wait is { IsWaiting: true })
            ThrowFlushing();
    }

    private static void ThrowFlushing() => throw new InvalidOperationException("A flush is under way: await it first.");

    private void ThrowIfFull(int more)
    {
        if (_buffer.Pending + more > _options.MaxUnflushedBytes)
        {
            throw new InvalidOperationException(
                $"{_buffer.Pending} bytes are written and not flushed; {more} more would pass {nameof(ConnectionOptions.MaxUnflushedBytes)} ({_options.MaxUnflushedBytes}). Flush first.");
        }
    }
}

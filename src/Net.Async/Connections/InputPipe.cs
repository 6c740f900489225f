using System.IO.Pipelines;

namespace Net.Async;

/// <summary>The reading half, straight on the kernel: no pump, no second buffer, no memory while nothing has arrived.</summary>
/// <remarks>
/// One wait on the kernel at most. A cancelled read leaves it parked, and the next read takes it over: nothing was received, so nothing is lost.
/// The lock guards the state and is never held over a system call or a continuation. Whoever has claimed the kernel receives or waits; nobody else does.
/// </remarks>
internal sealed partial class InputPipe : PipeReader
{
    private readonly Lock _lock = new();
    private readonly StreamConnection _connection;
    private readonly TransportStream _stream;
    private ReceiveBuffer _buffer;
    private readonly PipeWait<ReadResult> _wait;
    private readonly ConnectionOptions _options;
    private bool _onlyReadiness;   // the pending wait is for the caller's own receive
    private bool _reading;         // a result is out and not advanced
    private bool _cancelled;       // sticky until a read has shown it
    private bool _completed;
    private bool _ended;           // the peer's FIN was received
    private bool _endShown;        // and nothing before it is unread
    private Exception? _failure;   // after what was received
    private bool _stopped;         // before what was received

    public InputPipe(StreamConnection connection, TransportStream stream, ConnectionOptions options)
    {
        _connection = connection;
        _stream = stream;
        _options = options;
        _buffer = new ReceiveBuffer(options.Pool);
        _wait = new PipeWait<ReadResult>(_lock);
        _onReadable = OnReadable;
        _timeout = options.ReadTimeout;
    }

    public long BytesReceived { get; private set; }

    /// <summary>The peer's end was seen.</summary>
    public bool IsEnded => Volatile.Read(ref _ended);

    public bool IsCompleted => Volatile.Read(ref _completed);

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        ValueTask<ReadResult> pending;
        lock (_lock)
            ThrowIfBusy();
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<ReadResult>(cancellationToken);
        while (true)
        {
            lock (_lock)
            {
                if (Take(out var result, out var failure))
                    return failure is null ? new(result) : ValueTask.FromException<ReadResult>(failure);
                ThrowIfFull();
                if (!ClaimKernel())
                {
                    pending = Begin(onlyReadiness: false, cancellationToken);
                    break;
                }
            }

            Receive();
        }

        _wait.Link(cancellationToken);
        return pending;
    }

    public override bool TryRead(out ReadResult result)
    {
        lock (_lock)
        {
            ThrowIfBusy();
            if (TakeOrThrow(out result))
                return true;
            if (_buffer.Length >= _options.MaxUnconsumedBytes || !ClaimKernel())
                return false;
        }

        if (!TryFill())
        {
            // A transport without a look at what is there (a named pipe) receives only while a wait is parked.
            Park();
            return false;
        }

        lock (_lock)
        {
            ReleaseKernel();
            return TakeOrThrow(out result);
        }
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        bool pump;
        lock (_lock)
        {
            if (_completed)
                throw new InvalidOperationException("Advancing is not allowed after the reader was completed.");
            if (!_reading)
                throw new InvalidOperationException("There is no read to advance.");
            _buffer.Advance(consumed, examined);
            _reading = false;
            if (_stopped)
                _buffer.Discard();
            pump = WantsAhead() && ClaimKernel();
        }

        if (pump)
            ReceiveAhead();
    }

    public override void CancelPendingRead()
    {
        lock (_lock)
            _cancelled = true;
        Wake(inline: false);
    }

    public override void Complete(Exception? exception = null)
    {
        lock (_lock)
        {
            if (_completed)
                return;
            _completed = true;
            _reading = false;
            _buffer.Discard();
        }

        Wake(inline: false);
        _connection.OnInputCompleted(exception);
    }

    /// <summary>Ends reading at once: pending and later reads throw; what was received is dropped, unless its holder still reads it.</summary>
    public void Stop(Exception failure)
    {
        lock (_lock)
        {
            if (_stopped)
                return;
            _stopped = true;
            _alarm?.Queue.Remove(_alarm);
            _recheck?.Remove();
            // Who has read to the end keeps reading "the end": nothing was taken away.
            if (!(_endShown && _buffer.Length == 0 && _failure is null))
                _failure = failure;
            if (!_reading)
                _buffer.Discard();
        }

        Wake(inline: false);
    }

    private ValueTask<ReadResult> Begin(bool onlyReadiness, CancellationToken token)
    {
        _onlyReadiness = onlyReadiness;
        LimitWait();
        return _wait.Begin(token);
    }

    private void ThrowIfBusy()
    {
        if (_completed)
            throw new InvalidOperationException("Reading is not allowed after the reader was completed.");
        if (_reading || _wait.IsWaiting)
            throw new InvalidOperationException("A read is under way: advance the last one, or await it, first.");
    }

    private void ThrowIfFull()
    {
        if (_buffer.Length >= _options.MaxUnconsumedBytes)
        {
            throw new InvalidOperationException(
                $"The reader holds {_buffer.Length} unconsumed bytes, the limit of {nameof(ConnectionOptions.MaxUnconsumedBytes)}. Consume some, or raise it.");
        }
    }
}

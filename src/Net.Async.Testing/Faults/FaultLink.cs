using System.Net.Sockets;

namespace Net.Async.Testing;

/// <summary>One direction of one stream: bytes enter, are under way, and arrive; so does what comes behind the last of them.</summary>
internal sealed partial class FaultLink : IDisposable
{
    private readonly Lock _lock = new();
    private readonly FaultDirection _direction;
    private readonly FaultRules _drawn;
    private readonly FaultPace _pace;
    private readonly TimedBytes _bytes;
    private readonly ITimer _timer;
    private Wake _arrival;
    private Wake _room;
    private long _passed;

    public FaultLink(FaultDirection direction, FaultRules drawn, TimeProvider time, int seed, int capacity)
    {
        (_direction, _drawn) = (direction, drawn);
        _pace = new FaultPace(time, seed);
        _bytes = new TimedBytes(capacity);
        _timer = time.CreateTimer(static link => ((FaultLink)link!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        direction.Released += Look;
        direction.CutOff += Cut;
    }

    /// <summary>Whether something would pass now.</summary>
    public bool IsPassable => _state is LinkState.Broken || (!_direction.IsHeld && _state is LinkState.Passes or LinkState.Dropped);

    private FaultRules Rules => _direction.Rules ?? _drawn;

    /// <summary>How many bytes one call may carry into it.</summary>
    public int SliceToAdd(int length)
    {
        lock (_lock)
            return _pace.Slice(length, _passed + _bytes.Count, Rules);
    }

    /// <summary>How many bytes one call may carry out of it.</summary>
    public int SliceToTake(int length)
    {
        lock (_lock)
            return _pace.Slice(length, _passed, Rules);
    }

    /// <summary>Bytes enter, as many as there is room for.</summary>
    public TransportResult Add(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            if (_state is LinkState.Stopped)
                return TransportResult.Of(SocketError.OperationAborted);
            if (_state is LinkState.Vanished or LinkState.Dropped)
                return TransportResult.Of(bytes.Length);
            if (_end is { } end)
                return TransportResult.Of(end.Error is SocketError.Success ? SocketError.Shutdown : end.Error);
            var count = Math.Min(bytes.Length, _bytes.Room);
            for (bytes = bytes[..count]; !bytes.IsEmpty;)
            {
                var portion = FaultPace.Portion(bytes.Length, Rules);
                _bytes.Add(bytes[..portion], _pace.Due(portion, Rules));
                bytes = bytes[portion..];
            }

            _arrival.Set();
            return count > 0 ? TransportResult.Of(count) : TransportResult.WouldBlock;
        }
    }

    /// <summary>Takes what has arrived.</summary>
    public TransportResult Take(Span<byte> buffer)
    {
        lock (_lock)
        {
            var next = Next();
            if (next.Count == 0)
                return next;
            var most = (int)Math.Min(buffer.Length, (Rules.LimitBytes ?? long.MaxValue) - _passed);
            var count = _bytes.Take(buffer[..most], _pace.Now);
            _passed += count;
            _room.Set();
            return TransportResult.Of(count);
        }
    }

    public TransportResult Peek()
    {
        lock (_lock)
            return Next();
    }

    /// <summary>Completes when a take may have something to say, perhaps early.</summary>
    public Task WaitForArrivalAsync()
    {
        lock (_lock)
        {
            if (!Next().IsWouldBlock)
                return Task.CompletedTask;
            if (IsPassable && (_bytes.Count > 0 ? _bytes.Due : _end?.Due) is { } due)
                _timer.Change(_pace.Until(due), Timeout.InfiniteTimeSpan);
            return _arrival.WaitAsync();
        }
    }

    /// <summary>Waits for what arrives next, and takes it.</summary>
    public async ValueTask<TransportResult> TakeAsync(Memory<byte> buffer)
    {
        while (true)
        {
            if (Take(buffer.Span) is { IsWouldBlock: false } taken)
                return taken;
            await WaitForArrivalAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Completes when bytes may enter; how many is 0 when none ever will.</summary>
    public async ValueTask<int> WaitForRoomAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Task wait;
            lock (_lock)
            {
                if (_state is LinkState.Vanished or LinkState.Dropped)
                    return int.MaxValue;
                if (_state is LinkState.Stopped || _end is not null || cancellationToken.IsCancellationRequested)
                    return 0;
                if (_bytes.Room > 0)
                    return _bytes.Room;
                wait = _room.WaitAsync();
            }

            await wait.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // Under the lock: what is next for the side that takes.
    private TransportResult Next()
    {
        if (_state is LinkState.Stopped)
            return TransportResult.Of(SocketError.OperationAborted);
        if (!IsPassable)
            return TransportResult.WouldBlock;
        if (_passed >= Rules.LimitBytes && _state is LinkState.Passes)
            return AtLimit();
        if (_bytes.Count > 0)
            return _bytes.Due <= _pace.Now ? TransportResult.Of(1) : TransportResult.WouldBlock;
        return _end is { } end && end.Due <= _pace.Now ? TransportResult.Of(end.Error) : TransportResult.WouldBlock;
    }

    private void Look()
    {
        lock (_lock)
            _arrival.Set();
    }

    private void Wake()
    {
        _arrival.Set();
        _room.Set();
    }
}

namespace Net.Async;

/// <summary>Watches the limits of one connection. It looks at the counts when it is due, and costs nothing for each byte.</summary>
/// <remarks>
/// It stands between the connection and its owner, so that a connection without limits has not even a field for it.
/// A wait that a limit measures calls in when it begins, and the entry is set earlier where that is needed.
/// </remarks>
internal sealed class LimitWatch : TimerEntry, IConnectionOwner, IThreadPoolWorkItem
{
    // Idleness counts from the look that noticed the last byte: so much of the limit is the most that it may be late.
    private const int LooksAnIdlePeriod = 8;

    // A peer that makes one wait after the other, and is fast enough, is not looked at in each.
    private const int LooksAGracePeriod = 8;

    // How much later the first byte is looked for again, when a read began after it was due: that read may be taking it.
    private static readonly TimeSpan s_readTime = TimeSpan.FromMilliseconds(100);

    private readonly Connection _connection;
    private readonly LimitEnd _end;
    private readonly IConnectionOwner? _owner;
    private readonly ConnectionLimits _limits;
    private readonly TimerQueue _queue;
    private readonly MessageWait? _message;
    private readonly PacedTransport? _sending;
    private long _firstByteDue = long.MaxValue;
    private long _quietSince;
    private long _count; // bytes, either way, at the last look
    private long _armedFor = long.MaxValue;
    private bool _wasReading; // when the timer elapsed

    public LimitWatch(Connection connection, LimitEnd end, IConnectionOwner? owner)
    {
        (_connection, _end, _owner) = (connection, end, owner);
        (_limits, _queue) = (end.Options.Limits, TimerQueue.Of(end.Options.TimeProvider));
        (_message, _sending) = (end.Message, end.Sending);
        if (_message is not null)
            _message.OnBegin = OnWait;
        if (_sending is not null)
            _sending.OnBegin = OnWait;
    }

    CancellationToken IConnectionOwner.Stopping => _owner?.Stopping ?? CancellationToken.None;

    /// <summary>The connection's owner.</summary>
    public IConnectionOwner? Owner => _owner;

    private object Gate => this;

    /// <summary>The connection starts: silence counts from here.</summary>
    public void Start()
    {
        var now = _queue.Now;
        long next;
        lock (Gate)
        {
            _quietSince = now;
            if (_limits.FirstByteTimeout is { } first)
                _firstByteDue = _queue.After(now, first);
            _ = Look(now, out next);
        }

        Arm(next);
    }

    void IConnectionOwner.OnLimitReached(Connection connection, ConnectionLimitKind limit) => _owner?.OnLimitReached(connection, limit);

    void IConnectionOwner.OnClosed(Connection connection)
    {
        End();
        _owner?.OnClosed(connection);
    }

    bool IConnectionOwner.TryReplace(Connection connection, Connection successor) => _owner?.TryReplace(connection, successor) ?? true;

    /// <summary>There is nothing to watch any more.</summary>
    public void End() => _queue.Remove(this);

    /// <summary>Looks, on the timer's thread. What ends a connection runs code of users: that is for the thread pool.</summary>
    public override void OnElapsed()
    {
        Volatile.Write(ref _armedFor, long.MaxValue);
        // Before the look: a read that begins behind it is a new one.
        _wasReading = _limits.FirstByteTimeout is not null && _end.IsReading;
        ConnectionLimitKind? reached;
        long next;
        lock (Gate)
            reached = Look(_queue.Now, out next);
        if (reached is null)
            Arm(next);
        else
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute()
    {
        try
        {
            LookAndEnd();
        }
        catch (Exception exception)
        {
            // The owner's, or a listener's. Out here it would end the process.
            NetAsyncEventSource.Log.CallbackFailed(exception.ToString());
        }
    }

    private void LookAndEnd()
    {
        // What came while the thread pool was busy counts.
        var isHeard = _limits.FirstByteTimeout is null ? false : _end.HasHeardPeer();
        ConnectionLimitKind? reached;
        long next;
        lock (Gate)
        {
            var now = _queue.Now;
            if (isHeard == true)
                _firstByteDue = long.MaxValue;
            else if (isHeard is null && !_wasReading && _firstByteDue <= now)
                _firstByteDue = _queue.After(now, s_readTime);
            reached = Look(now, out next);
        }

        if (reached is { } limit)
            _end.Run(limit);
        else
            Arm(next);
    }

    // Which limit is reached; else when the next look is.
    private ConnectionLimitKind? Look(long now, out long next)
    {
        next = long.MaxValue;
        return IsReached(FirstByteDue(), now, ref next) ? ConnectionLimitKind.FirstByte
            : IsReached(IdleDue(now), now, ref next) ? ConnectionLimitKind.Idle
            : _limits.MinReceiveRate is { } receiving && IsReached(_message!.DueOf(receiving, now, _queue), now, ref next) ? ConnectionLimitKind.ReceiveRate
            : _limits.WriteStallTimeout is { } stall && IsReached(_sending!.DueOf(stall, now, _queue), now, ref next) ? ConnectionLimitKind.WriteStall
            : _limits.MinSendRate is { } sending && IsReached(_sending!.DueOf(sending, now, _queue), now, ref next) ? ConnectionLimitKind.SendRate
            : null;
    }

    private static bool IsReached(long due, long now, ref long next)
    {
        next = Math.Min(next, due);
        return due <= now;
    }

    private long FirstByteDue()
    {
        if (_connection.BytesRead > 0)
            _firstByteDue = long.MaxValue;
        return _firstByteDue;
    }

    // While it is not over, the look that may notice a byte.
    private long IdleDue(long now)
    {
        if (_limits.IdleTimeout is not { } timeout)
            return long.MaxValue;
        var count = _connection.BytesRead + _connection.BytesWritten;
        if (count != _count || _end.IsSending)
            (_count, _quietSince) = (count, now);
        var due = _queue.After(_quietSince, timeout);
        return due <= now ? due : Math.Min(due, _queue.After(now, timeout / LooksAnIdlePeriod));
    }

    // Called under the lock of a pipe, or by a send: it takes no lock of the watch.
    private void OnWait(long waited)
    {
        var soonest = Soonest();
        Arm(_queue.Now + Math.Max(_queue.After(0, soonest) - waited, _queue.After(0, soonest / LooksAGracePeriod)));
    }

    private TimeSpan Soonest()
    {
        var soonest = _limits.WriteStallTimeout ?? TimeSpan.MaxValue;
        foreach (var rate in (ReadOnlySpan<MinDataRate?>)[_limits.MinReceiveRate, _limits.MinSendRate])
        {
            if (rate is not null && rate.GracePeriod < soonest)
                soonest = rate.GracePeriod;
        }

        return soonest;
    }

    private void Arm(long due)
    {
        if (due >= Volatile.Read(ref _armedFor))
            return;
        Volatile.Write(ref _armedFor, due);
        _queue.SetEarlier(this, due);
        // It may have ended meanwhile, and been removed.
        if (_connection.CloseReason is not null)
            _queue.Remove(this);
    }
}

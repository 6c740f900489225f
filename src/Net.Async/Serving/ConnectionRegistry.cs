namespace Net.Async;

/// <summary>The connections of one server that have not ended, and how many of them a stop found. It is the owner of each connection.</summary>
/// <remarks>A server may have very many: an entry here is a third of what a concurrent dictionary keeps and leaves behind for one.</remarks>
internal sealed class ConnectionRegistry(Admission admission, ServerNotices notices, Rundown rundown, CancellationToken stopping) : IConnectionOwner
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Connection, Place> _all = new(ReferenceEqualityComparer.Instance);
    private Connection[]? _snapshot;
    private bool _isStopping;
    private bool _isClosed;
    private int _stopped;
    private int _aborted;

    public CancellationToken Stopping => stopping;

    public int Count
    {
        get
        {
            lock (_lock)
                return _all.Count;
        }
    }

    /// <summary>What a stop has found so far.</summary>
    public StopResult Result
    {
        get
        {
            lock (_lock)
                return new StopResult { Finished = _stopped - _aborted, Aborted = _aborted };
        }
    }

    /// <summary>As they are now. The same array until one comes or ends: a broadcast makes none. Not to be changed.</summary>
    public Connection[] Snapshot()
    {
        lock (_lock)
            return _snapshot ??= [.. _all.Keys];
    }

    /// <summary>False when the stop has reached its deadline: nothing was added, and the place is given back.</summary>
    public bool TryAdd(Connection connection, ServerAddress address, Place place)
    {
        // Counted before its end can be counted, so that there are never fewer than none; and only what a listener saw come is counted as gone.
        if (ServerTelemetry.Active.Enabled)
        {
            ServerTelemetry.CountActive(1, address.Tags);
            place = place with { Counted = address };
        }

        if (rundown.TryEnter())
        {
            lock (_lock)
            {
                if (!_isClosed)
                {
                    _all.Add(connection, place);
                    _snapshot = null;
                    _stopped += _isStopping ? 1 : 0;
                    return true;
                }
            }

            rundown.Leave();
        }

        Release(place);
        return false;
    }

    /// <summary>A stop begins: what is here now and what still comes is counted.</summary>
    public void BeginStop()
    {
        lock (_lock)
        {
            _isStopping = true;
            _stopped = _all.Count;
        }
    }

    /// <summary>The deadline has passed: aborts what is left. Nothing is added after this.</summary>
    public void AbortAll()
    {
        KeyValuePair<Connection, Place>[] left;
        bool[] reserved;
        lock (_lock)
        {
            _isClosed = true;
            left = [.. _all];
            // Under the lock, as in OnClosed: the last notice of the server waits for what is taken out here.
            reserved = [.. left.Select(_ => notices.TryReserve())];
            _all.Clear();
            _snapshot = null;
            // Counted before anything is told: a handler that reacts to its token at once was still cut off. Two stops count each connection once.
            _aborted += left.Length;
        }

        for (var i = 0; i < left.Length; i++)
        {
            left[i].Key.Abort(new StopDeadlineException());
            End(left[i].Key, left[i].Value, reserved[i]);
        }
    }

    public void OnClosed(Connection connection)
    {
        Place place;
        bool isReserved;
        lock (_lock)
        {
            if (!_all.Remove(connection, out place))
                return;
            _snapshot = null;
            isReserved = notices.TryReserve();
        }

        End(connection, place, isReserved);
    }

    public bool TryReplace(Connection connection, Connection successor)
    {
        lock (_lock)
        {
            if (!_all.Remove(connection, out var place))
                return false;
            _all.Add(successor, place);
            _snapshot = null;
            return true;
        }
    }

    public void OnLimitReached(Connection connection, ConnectionLimitKind limit) => notices.OnLimitReached(connection, limit);

    private void End(Connection connection, Place place, bool isReserved)
    {
        Release(place);
        notices.OnClosed(connection, isReserved);
        rundown.Leave();
    }

    private void Release(Place place)
    {
        if (place.Counted is { } address)
            ServerTelemetry.CountActive(-1, address.Tags);
        admission.Release(place);
    }
}

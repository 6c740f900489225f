using System.Net;

namespace Net.Async;

/// <summary>Counts what happens to clients, and tells it: to the metrics, the event source, the callbacks of the options and the observer.</summary>
internal sealed class ServerNotices(ServerOptions options)
{
    private readonly Rundown _telling = new();
    private readonly ServerObserver? _observer = options.Observer;
    private readonly HandlerErrors _errors = new(options);
    private long _denied;
    private long _dropped;
    private long _handlerFailures;
    private bool _isClosed;

    public long Denied => Interlocked.Read(ref _denied);

    public long Dropped => Interlocked.Read(ref _dropped);

    public long HandlerFailures => Interlocked.Read(ref _handlerFailures);

    /// <summary>No notice comes after this. Completes when no notice is being delivered.</summary>
    public Task CloseAsync()
    {
        if (Interlocked.Exchange(ref _isClosed, true) is false)
            _telling.Leave();
        return _telling.Ended;
    }

    public void OnAccepted(Connection connection, ServerAddress address)
    {
        ServerTelemetry.Accepted.Count(1, address.Tags);
        Tell(connection, static (observer, connection) => observer.OnAccepted(connection));
    }

    /// <summary>Reserves a notice, so that the last one waits for it; false when there is no receiver. A reserved notice must be delivered.</summary>
    public bool TryReserve() => _observer is not null && !Volatile.Read(ref _isClosed) && _telling.TryEnter();

    public void OnClosed(Connection connection, bool isReserved) =>
        TellReserved(isReserved, connection, static (observer, connection) => observer.OnClosed(connection));

    public void OnLimitReached(Connection connection, ConnectionLimitKind limit) =>
        Tell((connection, limit), static (observer, reached) => observer.OnLimitReached(reached.connection, reached.limit));

    public void OnDenied(ServerAddress address, EndPoint? peer, PolicyDecision decision)
    {
        Interlocked.Increment(ref _denied);
        ServerTelemetry.Denied.Count(1, address.Tags);
        if (NetAsyncEventSource.Log.IsEnabled())
            NetAsyncEventSource.Log.PeerDenied(NetEndPoint.Format(address.EndPoint), Describe(peer), decision.ToString());
        if (_observer is not null)
            Tell(new DeniedConnection { LocalEndPoint = address.EndPoint, RemoteEndPoint = peer, Decision = decision }, static (observer, denied) => observer.OnDenied(denied));
    }

    public void OnDropped(Client client, ConnectionLimitKind limit)
    {
        Interlocked.Increment(ref _dropped);
        if (ServerTelemetry.Dropped.Enabled)
            ServerTelemetry.Dropped.Count(1, client.Address.TagsWith("limit", limit.ToString()));
        var peer = client.Stream.RemoteEndPoint;
        if (NetAsyncEventSource.Log.IsEnabled())
            NetAsyncEventSource.Log.ClientDropped(NetEndPoint.Format(client.Address.EndPoint), Describe(peer));
        if (_observer is null && options.OnDropped is null)
            return;
        var dropped = new DroppedConnection { LocalEndPoint = client.Stream.LocalEndPoint ?? client.Address.EndPoint, RemoteEndPoint = peer, Limit = limit };
        Tell(dropped, static (observer, dropped) => observer.OnDropped(dropped));
        try
        {
            options.OnDropped?.Invoke(dropped);
        }
        catch (Exception exception)
        {
            NetAsyncEventSource.Log.DropCallbackFailed(exception.ToString());
        }
    }

    public void OnUpgradeFailed(Client client, Exception exception)
    {
        ServerTelemetry.UpgradeErrors.Count(1, client.Address.Tags);
        var peer = client.Stream.RemoteEndPoint;
        if (NetAsyncEventSource.Log.IsEnabled())
            NetAsyncEventSource.Log.UpgradeFailed(NetEndPoint.Format(client.Address.EndPoint), Describe(peer), exception.ToString());
        if (_observer is not null)
            Tell(new FailedUpgrade { LocalEndPoint = client.Stream.LocalEndPoint ?? client.Address.EndPoint, RemoteEndPoint = peer, Exception = exception }, static (observer, failed) => observer.OnUpgradeFailed(failed));
    }

    public void OnShortage(EndPoint endPoint, Exception exception)
    {
        NetAsyncEventSource.Log.AcceptShortage(NetEndPoint.Format(endPoint), exception.Message);
        Tell((endPoint, exception), static (observer, shortage) => observer.OnShortage(shortage.endPoint, shortage.exception));
    }

    public void OnShortageEnded(EndPoint endPoint, long turnedAway)
    {
        NetAsyncEventSource.Log.AcceptRecovered(NetEndPoint.Format(endPoint), turnedAway);
        Tell((endPoint, turnedAway), static (observer, ended) => observer.OnShortageEnded(ended.endPoint, ended.turnedAway));
    }

    /// <summary>Counts a failed handler, before its peer can see anything of it.</summary>
    public void CountHandlerFailure() => Interlocked.Increment(ref _handlerFailures);

    /// <summary>Tells the observer of a failed handler, before its connection is aborted.</summary>
    public void OnHandlerFailed(Connection connection, Exception exception) =>
        Tell((connection, exception), static (observer, failed) => observer.OnHandlerFailed(failed.connection, failed.exception));

    /// <summary>Reports a handler's exception, after its connection was aborted: the callback may take its time.</summary>
    public void ReportHandlerFailure(Connection connection, Exception exception) => _errors.Report(connection, exception);

    // An end point of a transport from outside may throw.
    private static string Describe(EndPoint? peer)
    {
        try
        {
            return peer is null ? "?" : NetEndPoint.Format(peer);
        }
        catch (Exception exception)
        {
            return exception.GetType().Name;
        }
    }

    private void Tell<T>(T what, Action<ServerObserver, T> notice) => TellReserved(TryReserve(), what, notice);

    private void TellReserved<T>(bool isReserved, T what, Action<ServerObserver, T> notice)
    {
        if (!isReserved)
            return;
        try
        {
            notice(_observer!, what);
        }
        catch (Exception exception)
        {
            NetAsyncEventSource.Log.CallbackFailed(exception.ToString());
        }
        finally
        {
            _telling.Leave();
        }
    }
}

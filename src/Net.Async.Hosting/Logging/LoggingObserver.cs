using System.Net;

namespace Net.Async;

/// <summary>Logs what happens at a server. What each client causes is logged at debug level, since clients decide how much of it there is.</summary>
internal sealed class LoggingObserver(ServerLog log, TurnedAwayLog turnedAway) : ServerObserver
{
    public override void OnListening(EndPoint endPoint) => log.Listening(NetEndPoint.Format(endPoint));

    public override void OnUnbound(EndPoint endPoint) => log.Unbound(NetEndPoint.Format(endPoint));

    public override void OnAccepted(Connection connection)
    {
        if (log.HasClients)
            log.Accepted(connection.ToString());
    }

    public override void OnClosed(Connection connection)
    {
        if (log.HasClients)
            log.Closed(connection.ToString(), Describe(connection.CloseReason), connection.BytesRead, connection.BytesWritten);
    }

    public override void OnDenied(DeniedConnection denied)
    {
        turnedAway.AddDenied();
        if (log.HasClients)
            log.Denied(Describe(denied.RemoteEndPoint), NetEndPoint.Format(denied.LocalEndPoint), denied.Decision);
    }

    public override void OnDropped(DroppedConnection dropped)
    {
        turnedAway.AddDropped();
        if (log.HasClients)
            log.Dropped(Describe(dropped.RemoteEndPoint), NetEndPoint.Format(dropped.LocalEndPoint), dropped.Limit);
    }

    public override void OnUpgradeFailed(FailedUpgrade failed)
    {
        turnedAway.AddFailedUpgrade();
        if (log.HasClients)
            log.UpgradeFailed(Describe(failed.RemoteEndPoint), NetEndPoint.Format(failed.LocalEndPoint), failed.Exception);
    }

    public override void OnLimitReached(Connection connection, ConnectionLimitKind limit)
    {
        if (log.HasClients)
            log.LimitReached(connection.ToString(), limit);
    }

    public override void OnShortage(EndPoint endPoint, Exception exception) => log.Shortage(NetEndPoint.Format(endPoint), exception);

    public override void OnShortageEnded(EndPoint endPoint, long turnedAway) => log.ShortageEnded(NetEndPoint.Format(endPoint), turnedAway);

    public override void OnHandlerFailed(Connection connection, Exception exception)
    {
        // A peer that resets is everyday, and no failure of the handler's.
        if (exception is ConnectionException { Error: ConnectionError.Reset or ConnectionError.TimedOut } gone)
        {
            if (log.HasClients)
                log.PeerGone(connection.ToString(), gone.Error);
        }
        else
        {
            log.HandlerFailed(connection.ToString(), exception);
        }
    }

    public override void OnStopped(StopResult result)
    {
        turnedAway.Flush();
        log.Stopped(result.Finished, result.Aborted);
    }

    private static string Describe(EndPoint? peer) => peer is null ? "a client that has gone" : NetEndPoint.Format(peer);

    private static string Describe(CloseReason? reason) => reason switch
    {
        null or { IsClean: true } => "orderly",
        { Exception: { } cause } => $"{reason.Error} ({cause.Message})",
        _ => $"{reason.Error}",
    };
}

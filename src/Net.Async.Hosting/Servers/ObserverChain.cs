using System.Net;

namespace Net.Async;

/// <summary>Passes every notice to several observers, in order. One that throws does not keep a notice from the others; the server reports what it threw.</summary>
internal sealed class ObserverChain(IReadOnlyList<ServerObserver> observers) : ServerObserver
{
    public override void OnListening(EndPoint endPoint) => Tell(endPoint, static (observer, endPoint) => observer.OnListening(endPoint));

    public override void OnAccepted(Connection connection) => Tell(connection, static (observer, connection) => observer.OnAccepted(connection));

    public override void OnDenied(DeniedConnection denied) => Tell(denied, static (observer, denied) => observer.OnDenied(denied));

    public override void OnDropped(DroppedConnection dropped) => Tell(dropped, static (observer, dropped) => observer.OnDropped(dropped));

    public override void OnUpgradeFailed(FailedUpgrade failed) => Tell(failed, static (observer, failed) => observer.OnUpgradeFailed(failed));

    public override void OnLimitReached(Connection connection, ConnectionLimitKind limit) =>
        Tell((connection, limit), static (observer, reached) => observer.OnLimitReached(reached.connection, reached.limit));

    public override void OnShortage(EndPoint endPoint, Exception exception) =>
        Tell((endPoint, exception), static (observer, shortage) => observer.OnShortage(shortage.endPoint, shortage.exception));

    public override void OnShortageEnded(EndPoint endPoint, long turnedAway) =>
        Tell((endPoint, turnedAway), static (observer, ended) => observer.OnShortageEnded(ended.endPoint, ended.turnedAway));

    public override void OnHandlerFailed(Connection connection, Exception exception) =>
        Tell((connection, exception), static (observer, failed) => observer.OnHandlerFailed(failed.connection, failed.exception));

    public override void OnClosed(Connection connection) => Tell(connection, static (observer, connection) => observer.OnClosed(connection));

    public override void OnStopping() => Tell(0, static (observer, _) => observer.OnStopping());

    public override void OnUnbound(EndPoint endPoint) => Tell(endPoint, static (observer, endPoint) => observer.OnUnbound(endPoint));

    public override void OnStopped(StopResult result) => Tell(result, static (observer, result) => observer.OnStopped(result));

    private void Tell<T>(T what, Action<ServerObserver, T> notice)
    {
        List<Exception>? failures = null;
        foreach (var observer in observers)
        {
            try
            {
                notice(observer, what);
            }
            catch (Exception exception)
            {
                (failures ??= []).Add(exception);
            }
        }

        if (failures is not null)
            throw failures is [var only] ? only : new AggregateException(failures);
    }
}

using System.Collections.Concurrent;
using System.Net;

namespace Net.Async.Tests.Serving;

/// <summary>Writes down what it hears, in order.</summary>
internal sealed class TestObserver : ServerObserver
{
    private readonly ConcurrentQueue<(string Notice, object? Of)> _heard = new();

    public IReadOnlyList<string> Notices => [.. _heard.Select(static heard => heard.Notice)];

    public IReadOnlyList<(string Notice, object? Of)> Heard => [.. _heard];

    public int Count(string notice) => _heard.Count(heard => heard.Notice == notice);

    public T Only<T>(string notice) => Assert.IsType<T>(Assert.Single(_heard, heard => heard.Notice == notice).Of);

    public override void OnListening(EndPoint endPoint) => Add("listening", endPoint);

    public override void OnAccepted(Connection connection) => Add("accepted", connection);

    public override void OnDenied(DeniedConnection denied) => Add("denied", denied);

    public override void OnDropped(DroppedConnection dropped) => Add("dropped", dropped);

    public override void OnUpgradeFailed(FailedUpgrade failed) => Add("upgrade failed", failed);

    public override void OnLimitReached(Connection connection, ConnectionLimitKind limit) => Add("limit", limit);

    public override void OnShortage(EndPoint endPoint, Exception exception) => Add("shortage", endPoint);

    public override void OnShortageEnded(EndPoint endPoint, long turnedAway) => Add("shortage ended", endPoint);

    public override void OnHandlerFailed(Connection connection, Exception exception) => Add("handler failed", exception);

    public override void OnClosed(Connection connection) => Add("closed", connection);

    public override void OnStopping() => Add("stopping", null);

    public override void OnUnbound(EndPoint endPoint) => Add("unbound", endPoint);

    public override void OnStopped(StopResult result) => Add("stopped", result);

    private void Add(string notice, object? of) => _heard.Enqueue((notice, of));
}

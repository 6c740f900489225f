using System.Collections.Concurrent;
using System.Net;

namespace Net.Async.Tests.Connecting;

/// <summary>Collects the steps of connects, in the order in which they are told.</summary>
internal sealed class ConnectEvents : IProgress<ConnectEvent>
{
    private readonly ConcurrentQueue<ConnectEvent> _events = new();

    public IReadOnlyList<ConnectEvent> All => [.. _events];

    public IReadOnlyList<ConnectEventKind> Kinds => [.. _events.Select(step => step.Kind)];

    /// <summary>Where each attempt so far went.</summary>
    public IReadOnlyList<EndPoint> Started => [.. _events.Where(step => step.Kind == ConnectEventKind.AttemptStarted).Select(step => step.EndPoint!)];

    public void Report(ConnectEvent value) => _events.Enqueue(value);
}

using System.Net;

namespace Net.Async.Tests.Serving;

/// <summary>A listener with one client in its queue whose event comes late: the accept waits until the queue is looked at.</summary>
internal sealed class LateListener(TransportStream client) : TransportListener
{
    private readonly TaskCompletionSource<TransportStream> _event = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isTaken;

    public override EndPoint LocalEndPoint { get; } = new IPEndPoint(IPAddress.Loopback, 7);

    internal override bool HasClient
    {
        get
        {
            _event.TrySetResult(client);
            return !_isTaken;
        }
    }

    public override void Start(int backlog)
    {
    }

    public override async ValueTask<TransportStream> AcceptAsync(CancellationToken cancellationToken)
    {
        if (_isTaken)
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        var accepted = await _event.Task.WaitAsync(cancellationToken);
        _isTaken = true;
        return accepted;
    }

    public override void Close()
    {
    }
}

using System.Net.Sockets;

namespace Net.Async;

/// <summary>Notices the peer's end or reset while no read is pending: when the transport says so, else by a look once a second, since an end behind unread bytes may raise no event.</summary>
internal sealed class PeerCloseWatcher(ReceiveSide side, ConnectionLifetime lifetime) : TimerEntry, IThreadPoolWorkItem
{
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(1);

    private readonly TimerQueue _queue = TimerQueue.Of(lifetime.Options.TimeProvider);

    public void Start()
    {
        if (!side.Stream.RunAtHangUp(this))
            Look();
        _queue.Set(this, s_period);
    }

    void IThreadPoolWorkItem.Execute() => Look();

    public void Remove() => _queue.Remove(this);

    public override void OnElapsed()
    {
        Look();
        lock (side.Gate)
        {
            if (side.Direction.State is not (ReceiveState.Open or ReceiveState.Transferring) || lifetime.Reason is not null)
                return;
        }

        _queue.Set(this, s_period);
    }

    /// <summary>Looks at what is next and leaves it there. Nothing: the wait is parked and tells. Bytes: looks past them for a reset or the end.</summary>
    public void Look()
    {
        lock (side.Gate)
        {
            if (!side.TryBeginLocked())
                return;
        }

        var next = side.Stream.Peek();
        if (next.IsWouldBlock)
        {
            side.Park();
            return;
        }

        if (next.Count == 0)
            side.RecordEnd(next);
        else if (side.Stream.PendingError() is not SocketError.Success and var error)
            lifetime.Fail(error);
        else if (side.Stream.HasPeerEnded)
            side.RecordEndBehindBytes();
        side.Continue(inline: false);
    }
}

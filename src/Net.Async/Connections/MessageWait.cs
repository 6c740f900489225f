using System.IO.Pipelines;

namespace Net.Async;

/// <summary>The pending read of a connection that limits how slowly a message may come: it also sums up the waits for the rest of one.</summary>
/// <remarks>A read that waits while bytes are held has examined all of them, and needs more: the message goes from the first byte that is not consumed.</remarks>
internal sealed class MessageWait(ReceiveSide side, TimeProvider time) : PipeWait<ReadResult>(side.Gate)
{
    private WaitPace _pace;
    private long _messageAt; // how many bytes came before the message

    /// <summary>Called when a read begins to wait for the rest of a message, under the lock of the pipe, with the sum of the waits before it.</summary>
    public Action<long>? OnBegin { get; set; }

    public override ValueTask<ReadResult> Begin(CancellationToken cancellationToken)
    {
        if (side.Buffer.Length > 0)
            BeginRest();
        return base.Begin(cancellationToken);
    }

    public override void End()
    {
        if (_pace.IsWaiting)
            _pace.End(time.GetTimestamp());
        base.End();
    }

    /// <summary>When the message becomes too slow; <see cref="long.MaxValue"/> while no read waits for one.</summary>
    public long DueOf(MinDataRate rate, long now, TimerQueue clock)
    {
        lock (side.Gate)
            return _pace.DueOf(rate, now, side.BytesReceived, clock);
    }

    private void BeginRest()
    {
        var messageAt = side.BytesReceived - side.Buffer.Length;
        if (messageAt != _messageAt)
            _pace.Close();
        _messageAt = messageAt;
        _pace.Begin(time.GetTimestamp(), side.BytesReceived);
        OnBegin?.Invoke(_pace.Waited);
    }
}

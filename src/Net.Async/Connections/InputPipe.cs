using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Net.Async;

/// <summary>The reading half, straight on the transport: no pump, no second buffer, no memory while nothing has arrived.</summary>
/// <remarks>The contract of <see cref="PipeReader"/>. Below it are the one read (<see cref="ReadCall"/>) and the direction (<see cref="ReceiveSide"/>).</remarks>
internal sealed class InputPipe(ConnectionLifetime lifetime) : PipeReader
{
    /// <summary>The one read.</summary>
    public ReadCall Call { get; } = new(lifetime);

    /// <summary>Whether the peer has ended.</summary>
    public bool HasEnded
    {
        get
        {
            lock (Call.Side.Gate)
                return Call.Side.Direction.HasEnded;
        }
    }

    /// <summary>Whether bytes were received that no read has consumed.</summary>
    public bool HoldsBytes
    {
        get
        {
            lock (Call.Side.Gate)
                return Call.Side.Buffer.Length > 0;
        }
    }

    /// <summary>Starts receiving ahead of the reader, when the options ask for it.</summary>
    public void StartAhead()
    {
        lock (Call.Side.Gate)
        {
            if (!Call.WantsAheadLocked() || !Call.Side.TryBeginLocked())
                return;
        }

        Call.Side.Receive();
    }

    /// <summary>There is nothing to read from the start.</summary>
    public void MarkUnreadable()
    {
        lock (Call.Side.Gate)
            Call.Side.Direction.MarkUnreadable();
    }

    /// <summary>Whether there is nothing to read from the start; the peer may send all the same.</summary>
    public bool IsUnreadable
    {
        get
        {
            lock (Call.Side.Gate)
                return Call.Side.Direction.State == ReceiveState.Unreadable;
        }
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) => Call.ReadAsync(cancellationToken);

    /// <summary>Reads until there is enough. What the waits in between have examined counts as examined only while they wait, as on a <see cref="Pipe"/>: the caller has not seen it.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    protected override async ValueTask<ReadResult> ReadAtLeastAsyncCore(int minimumSize, CancellationToken cancellationToken)
    {
        long mark;
        lock (Call.Side.Gate)
            mark = Call.Side.Buffer.Examined;
        try
        {
            while (true)
            {
                var result = await ReadAsync(cancellationToken).ConfigureAwait(false);
                if (result.Buffer.Length >= minimumSize || result.IsCompleted || result.IsCanceled)
                    return result;
                AdvanceTo(result.Buffer.Start, result.Buffer.End);
            }
        }
        finally
        {
            lock (Call.Side.Gate)
                Call.Side.Buffer.RestoreExamined(mark);
        }
    }

    public override bool TryRead(out ReadResult result) => Call.TryRead(out result);

    public override void AdvanceTo(SequencePosition consumed) => Call.AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => Call.AdvanceTo(consumed, examined);

    /// <summary>Receives past the pipe, into the caller's memory. The pipe must hold nothing.</summary>
    public ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken) => new DirectReceive(Call).ReceiveAsync(buffer, cancellationToken);

    public override void CancelPendingRead() => Call.Cancel();

    public override void Complete(Exception? exception = null)
    {
        if (!Call.TryComplete())
            return;
        if (exception is not null)
            Call.Side.Lifetime.Abort(exception);
        else
            Call.Side.Lifetime.OnDirectionEnded();
    }

    public override Task CopyToAsync(PipeWriter destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        return cancellationToken.IsCancellationRequested ? Task.FromCanceled(cancellationToken) : PipeCopy.CopyAsync(this, destination, cancellationToken);
    }
}

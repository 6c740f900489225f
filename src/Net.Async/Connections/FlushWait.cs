using System.IO.Pipelines;

namespace Net.Async;

/// <summary>The one write or flush that waits for the kernel, with what it has of the caller's memory that the pipe has not taken yet. Guarded by its pipe's lock.</summary>
/// <param name="giveUp">Gives the wait up, under the lock; false when every byte has gone.</param>
/// <param name="abort">Ends the connection for a send that was cut off.</param>
/// <param name="gate">The lock of the pipe.</param>
internal sealed class FlushWait(Func<FlushWait, bool> giveUp, Action<Exception> abort, Lock gate) : PipeWait<FlushResult>(gate)
{
    /// <summary>The caller's memory that follows what the pipe holds: it belongs to the write until the wait ends.</summary>
    public ReadOnlyMemory<byte> Rest { get; set; }

    /// <summary>It is done once the connection has sent so many bytes.</summary>
    public long Target { get; set; }

    /// <summary>All or nothing: cancelled half-way, it ends the connection.</summary>
    public bool IsSend { get; set; }

    /// <summary>Some of it has gone, or may have.</summary>
    public bool HasBegun { get; set; }

    /// <summary>Cancels a send of which the kernel has taken nothing yet; null when there is none.</summary>
    public CancellationTokenSource? Withdrawal { get; set; }

    protected override bool TryGiveUp() => giveUp(this);

    protected override Exception Cancelled(CancellationToken token)
    {
        var exception = new OperationCanceledException(token);
        if (IsSend && HasBegun)
            abort(exception);
        return exception;
    }
}

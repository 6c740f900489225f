using System.IO.Pipelines;

namespace Net.Async;

/// <summary>What a wait for the transport asks of the writer that it belongs to.</summary>
internal interface IFlushCanceller
{
    /// <summary>Gives the wait up for a token, under the lock.</summary>
    /// <returns>False when every byte has gone: the wait then succeeds.</returns>
    bool TryGiveUpLocked();

    /// <summary>The wait was given up. A send that was cut off half-way ends the connection.</summary>
    void OnGivenUp(Exception cause);
}

/// <summary>The one write or flush that waits for the transport. Made when one has to wait for the first time; guarded by its pipe's lock.</summary>
internal sealed class FlushWait(IFlushCanceller canceller, object gate) : PipeWait<FlushResult>(gate)
{
    /// <summary>Cancels a send of which the transport has taken nothing yet; null when there is none.</summary>
    public CancellationTokenSource? Withdrawal { get; set; }

    protected override bool TryGiveUp() => canceller.TryGiveUpLocked();

    protected override Exception Cancelled(CancellationToken token)
    {
        var exception = new OperationCanceledException(token);
        canceller.OnGivenUp(exception);
        return exception;
    }
}

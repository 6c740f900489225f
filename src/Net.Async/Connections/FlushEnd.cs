using System.IO.Pipelines;

namespace Net.Async;

/// <summary>What a call that hands bytes over says at its end.</summary>
/// <param name="Result">What it returns.</param>
/// <param name="Failure">What it throws instead; null for nothing.</param>
/// <param name="IsTorn">Its bytes were cut off half-way, and the connection is to be aborted.</param>
internal readonly record struct FlushEnd(FlushResult Result, Exception? Failure, bool IsTorn)
{
    public static OperationCanceledException CancelledSend() => new("The send was cancelled by CancelPendingFlush.");
}

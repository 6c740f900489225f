using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Net.Async;

/// <summary>Copying from a reader to a writer, leaner than the base class library does it: what a copy keeps while it waits for bytes is half as much.</summary>
internal static class PipeCopy
{
    /// <summary>Copies until either ends. What the writer has not taken stays unread.</summary>
    public static async Task CopyAsync(PipeReader source, PipeWriter destination, CancellationToken cancellationToken)
    {
        while (await PassOnAsync(await source.ReadAsync(cancellationToken).ConfigureAwait(false), source, destination, cancellationToken).ConfigureAwait(false))
        {
        }
    }

    // False when that was the last: the reader's end, or the writer's. Keeps nothing of its own between two reads.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<bool> PassOnAsync(ReadResult read, PipeReader source, PipeWriter destination, CancellationToken cancellationToken)
    {
        var position = read.Buffer.Start;
        var consumed = position;
        try
        {
            if (read.IsCanceled)
                throw new OperationCanceledException("The read was cancelled by CancelPendingRead.");
            while (read.Buffer.TryGet(ref position, out var memory))
            {
                var written = await destination.WriteAsync(memory, cancellationToken).ConfigureAwait(false);
                if (written.IsCanceled)
                    throw new OperationCanceledException("The flush was cancelled by CancelPendingFlush.");
                if (written.IsCompleted)
                    return false;
                consumed = position;
            }

            consumed = read.Buffer.End;
            return !read.IsCompleted;
        }
        finally
        {
            source.AdvanceTo(consumed);
        }
    }
}

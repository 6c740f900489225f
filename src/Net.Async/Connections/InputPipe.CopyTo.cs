using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Net.Async;

/// <summary>Copying to a writer, leaner than the base class does it: what a copy keeps while it waits for bytes is half as much.</summary>
internal sealed partial class InputPipe
{
    public override Task CopyToAsync(PipeWriter destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        return cancellationToken.IsCancellationRequested ? Task.FromCanceled(cancellationToken) : CopyAsync(destination, cancellationToken);
    }

    private async Task CopyAsync(PipeWriter destination, CancellationToken cancellationToken)
    {
        while (await PassOnAsync(await ReadAsync(cancellationToken).ConfigureAwait(false), destination, cancellationToken).ConfigureAwait(false))
        {
        }
    }

    // False when that was the last: the reader's end, or the writer's. Keeps nothing of its own between two reads.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> PassOnAsync(ReadResult read, PipeWriter destination, CancellationToken cancellationToken)
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
                // What the writer has not taken in order stays unread.
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
            AdvanceTo(consumed);
        }
    }
}

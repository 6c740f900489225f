using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Net.Async;

/// <summary>Copying to a writer as the base class does it, and leaner: what a copy keeps while it waits for bytes is half as much.</summary>
internal sealed partial class InputPipe
{
    public override Task CopyToAsync(PipeWriter destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        return cancellationToken.IsCancellationRequested ? Task.FromCanceled(cancellationToken) : CopyAsync(destination, cancellationToken);
    }

    private async Task CopyAsync(PipeWriter destination, CancellationToken cancellationToken)
    {
        while (await PassOn(await ReadAsync(cancellationToken).ConfigureAwait(false), destination, cancellationToken).ConfigureAwait(false))
        {
        }
    }

    // False when that was the last: the reader's end, or the writer's.
    private ValueTask<bool> PassOn(ReadResult read, PipeWriter destination, CancellationToken cancellationToken)
    {
        var buffer = read.Buffer;
        if (read.IsCanceled || buffer.IsEmpty || !buffer.IsSingleSegment)
            return PassOnAsync(read, destination, cancellationToken);
        ValueTask<FlushResult> writing;
        try
        {
            writing = destination.WriteAsync(buffer.First, cancellationToken);
        }
        catch
        {
            AdvanceTo(buffer.Start);
            throw;
        }

        if (!writing.IsCompletedSuccessfully)
            return PassedAsync(writing, read);
        var written = writing.Result;
        AdvanceTo(IsTaken(written) ? buffer.End : buffer.Start);
        return new(GoesOn(read, written));
    }

    private async ValueTask<bool> PassedAsync(ValueTask<FlushResult> writing, ReadResult read)
    {
        var consumed = read.Buffer.Start;
        try
        {
            var written = await writing.ConfigureAwait(false);
            consumed = IsTaken(written) ? read.Buffer.End : consumed;
            return GoesOn(read, written);
        }
        finally
        {
            AdvanceTo(consumed);
        }
    }

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
                if (!IsTaken(written))
                    return GoesOn(read, written);
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

    // As the base class has it: what a writer has not taken in order stays unread.
    private static bool IsTaken(FlushResult written) => written is { IsCanceled: false, IsCompleted: false };

    private static bool GoesOn(ReadResult read, FlushResult written) => written.IsCanceled
        ? throw new OperationCanceledException("The flush was cancelled by CancelPendingFlush.")
        : !read.IsCompleted && !written.IsCompleted;
}

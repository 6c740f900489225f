using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Net.Async;

/// <summary>Receiving past the pipe, into the caller's memory.</summary>
internal sealed partial class InputPipe
{
    /// <summary>Receives into the caller's memory. The pipe must hold nothing.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryReceive(buffer, cancellationToken, out var count, out var pending))
                return count;
            _wait.Link(cancellationToken);
            if ((await pending.ConfigureAwait(false)).IsCanceled)
                throw CancelledReceive();
        }
    }

    private bool TryReceive(Memory<byte> buffer, CancellationToken cancellationToken, out int count, out ValueTask<ReadResult> pending)
    {
        count = 0;
        pending = default;
        lock (_lock)
        {
            ThrowIfBusy();
            cancellationToken.ThrowIfCancellationRequested();
            if (_buffer.Length > 0)
                throw new InvalidOperationException("The pipe holds bytes: read them from Input first.");
            if (_failure is not null)
                throw _failure;
            if (_ended)
                return true;
            ThrowIfCancelled();
            if (!ClaimKernel())
            {
                pending = Begin(onlyReadiness: true, cancellationToken);
                return false;
            }
        }

        // Others have their turn: as if nothing were there, and the wait ends when it is ours again.
        var received = _stream.EndsTurn() ? TransportResult.WouldBlock : buffer.IsEmpty ? _stream.Peek() : _stream.TryReceive(buffer.Span);
        if (buffer.IsEmpty && received.Count > 0)
            received = TransportResult.Of(0);
        else if (!received.IsWouldBlock)
            Note(received);
        lock (_lock)
        {
            if (!received.IsWouldBlock || _cancelled)
            {
                ReleaseKernel();
                count = received.Count;
                if (received.IsWouldBlock)
                    ThrowIfCancelled();
                return _failure is null || count > 0 ? true : throw _failure;
            }

            pending = Begin(onlyReadiness: true, cancellationToken);
        }

        Park();
        return false;
    }

    private void ThrowIfCancelled()
    {
        if (!_cancelled)
            return;
        _cancelled = false;
        throw CancelledReceive();
    }

    private static OperationCanceledException CancelledReceive() => new("The receive was cancelled by CancelPendingRead.");
}

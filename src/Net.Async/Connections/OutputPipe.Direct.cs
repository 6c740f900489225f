using System.IO.Pipelines;

namespace Net.Async;

/// <summary>WriteAsync: the caller's memory goes to the kernel without a copy as far as the kernel takes it.</summary>
internal sealed partial class OutputPipe
{
    // What is copied at a time when the kernel would not take the caller's memory at once.
    private const int Piece = BlockPool.LargeBlock;

    /// <summary>Sends from the caller's memory until the kernel makes us wait; returns the rest. Sending is claimed, and let go of here.</summary>
    private ReadOnlyMemory<byte> SendDirect(ReadOnlyMemory<byte> source)
    {
        while (!source.IsEmpty)
        {
            var sent = _stream.TrySend(source.Span);
            if (sent.IsWouldBlock)
                break;
            Note(sent, ofBuffer: false);
            if (!sent.IsSuccess)
                source = default;
            source = source[sent.Count..];
        }

        // What a close asked for meanwhile must not overtake the rest.
        lock (_lock)
            source = AppendPiece(source);
        Send();
        return source;
    }

    // Everything has gone: a token that fires now is too late.
    private ValueTask<FlushResult> AfterSendingAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (Take(out var result, out var failure))
                return failure is null ? new(result) : ValueTask.FromException<FlushResult>(failure);
        }

        return FlushAsync(cancellationToken);
    }

    /// <summary>Writes behind what waits already, a piece at a time. Cancelled, it keeps a copy of the rest: what was written is sent.</summary>
    private async ValueTask<FlushResult> WriteRestAsync(ReadOnlyMemory<byte> rest, bool keepsRest, CancellationToken cancellationToken)
    {
        while (true)
        {
            lock (_lock)
                rest = AppendPiece(rest);
            try
            {
                var result = await FlushAsync(cancellationToken).ConfigureAwait(false);
                if (!result.IsCanceled && !result.IsCompleted && !rest.IsEmpty)
                    continue;
                KeepRest(rest, keepsRest);
                return result;
            }
            catch (OperationCanceledException)
            {
                KeepRest(rest, keepsRest);
                throw;
            }
        }
    }

    private void KeepRest(ReadOnlyMemory<byte> rest, bool keeps)
    {
        if (rest.IsEmpty)
            return;
        if (!keeps)
        {
            _connection.Abort(new OperationCanceledException("A send was cancelled half-way."));
            return;
        }

        bool send;
        lock (_lock)
        {
            while (!rest.IsEmpty)
                rest = AppendPiece(rest);
            send = ClaimSending();
        }

        if (send)
            Send();
    }

    // Under the lock. The caller's piece is bounded by itself: it is in memory already, so it may pass MaxUnflushedBytes.
    private ReadOnlyMemory<byte> AppendPiece(ReadOnlyMemory<byte> source)
    {
        if (_stopped)
            return default;
        var piece = source[..Math.Min(Piece, source.Length)];
        source = source[piece.Length..];
        while (!piece.IsEmpty)
        {
            var memory = _buffer.Lend(0);
            var count = Math.Min(memory.Length, piece.Length);
            piece[..count].CopyTo(memory);
            CopiedBytes.Count(count);
            _buffer.Advance(count);
            piece = piece[count..];
        }

        _buffer.Seal();
        return source;
    }
}

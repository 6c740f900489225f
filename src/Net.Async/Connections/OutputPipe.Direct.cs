namespace Net.Async;

/// <summary>The caller's memory goes to the kernel without a copy as far as the kernel takes it; the rest follows a piece at a time.</summary>
internal sealed partial class OutputPipe
{
    // What is copied at a time when the kernel would not take the caller's memory at once.
    private const int Piece = BlockPool.LargeBlock;

    // Under the lock: straight from the caller's memory when nothing waits before it.
    private bool ClaimDirect()
    {
        _writing = true;
        if (_sending || _buffer.Pending > 0)
            return false;
        return _sending = true;
    }

    /// <summary>Sends from the caller's memory until the kernel makes us wait; returns the rest, nothing after a failure. The caller has claimed sending and keeps the claim.</summary>
    private ReadOnlyMemory<byte> SendDirect(ReadOnlyMemory<byte> source)
    {
        while (!source.IsEmpty)
        {
            var sent = _stream.TrySend(source.Span);
            if (sent.IsWouldBlock)
                break;
            Note(sent, ofBuffer: false);
            if (!sent.IsSuccess)
                return default;
            source = source[sent.Count..];
        }

        return source;
    }

    /// <summary>Gives the rest to the sending loop, behind what waits already. An orderly end that was asked for meanwhile comes after it.</summary>
    private void HandOver(ReadOnlyMemory<byte> rest, bool isClaimed, bool hasBegun)
    {
        bool send;
        lock (_lock)
        {
            if (!rest.IsEmpty && !_stopped)
            {
                var wait = NeedWait();
                (wait.Rest, wait.HasBegun) = (rest, hasBegun);
            }

            send = isClaimed || ClaimSending();
        }

        if (send)
            Send();
    }

    // Under the lock, and only while the pipe holds nothing.
    private void TakePiece()
    {
        if (_wait is not { Rest.IsEmpty: false } wait)
            return;
        wait.HasBegun = true;
        wait.Rest = AppendPiece(wait.Rest);
    }

    // Under the lock. The memory is the caller's again once the wait has ended.
    private void KeepRest(FlushWait wait)
    {
        while (!wait.Rest.IsEmpty)
            wait.Rest = AppendPiece(wait.Rest);
    }

    // Under the lock. The caller's piece is bounded by itself: it is in memory already, so it may pass MaxUnflushedBytes.
    private ReadOnlyMemory<byte> AppendPiece(ReadOnlyMemory<byte> source)
    {
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

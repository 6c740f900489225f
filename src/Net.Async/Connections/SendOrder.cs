namespace Net.Async;

/// <summary>What the holder of the sending does next.</summary>
internal enum SendStep : byte
{
    /// <summary>Nothing is to be sent.</summary>
    Nothing,

    /// <summary>Bytes go to the transport.</summary>
    Bytes,

    /// <summary>Others have their turn on this thread; the sending is kept.</summary>
    Pause,

    /// <summary>Everything is sent, and FIN is next.</summary>
    End,
}

/// <summary>Which bytes go next. Nothing ever comes between the parts of a message, of what one flush hands over, or of a whole.</summary>
internal static class SendOrder
{
    /// <summary>The rest of a batch that has begun; else what was written; else the caller's memory behind it; else messages of the outbox. Under the lock.</summary>
    /// <param name="state">Where the direction stands.</param>
    /// <param name="buffer">What was written.</param>
    /// <param name="backlog">The caller's memory behind it.</param>
    /// <param name="outbox">The messages.</param>
    /// <param name="first">The bytes that go next.</param>
    /// <param name="pieces">All pieces that one vectored call takes; null when there is but one.</param>
    public static SendStep Next(SendState state, ref SendBuffer buffer, Backlog? backlog, OutboxQueue? outbox, out ReadOnlyMemory<byte> first, out List<ArraySegment<byte>>? pieces)
    {
        (first, pieces) = (default, null);
        if (outbox is { IsSending: true })
            return outbox.Next(out first);
        if (buffer.Pending == 0)
            backlog?.TakePiece(ref buffer);
        // With an outbox, what no flush has handed over stays: messages would come between it and what the writer adds.
        var most = outbox is null || state == SendState.Finishing ? buffer.Pending : buffer.Flushed;
        if (most <= 0)
            return MayBegin(state, buffer.Flushed) && outbox is not null ? outbox.Next(out first) : SendStep.Nothing;
        first = buffer.First(most);
        pieces = buffer.Pieces(most);
        return SendStep.Bytes;
    }

    // Neither between two pieces of a whole, nor while a part of what the next flush hands over has gone. At the end nothing more is written.
    private static bool MayBegin(SendState state, long flushed) => state == SendState.Finishing || (state == SendState.Open && flushed >= 0);

    /// <summary>Hands the transport what goes next.</summary>
    public static TransportResult TrySend(TransportStream stream, ReadOnlyMemory<byte> first, List<ArraySegment<byte>>? pieces)
    {
        if (pieces is null)
            return stream.TrySend(first.Span);
        var sent = stream.TrySend(pieces);
        SendBuffer.GiveBack(pieces);
        return sent;
    }
}

namespace Net.Async;

/// <summary>How a limit ends a connection: the reason first, then the calls that are under way, then the close.</summary>
internal sealed class LimitEnd(Connection connection, ConnectionLifetime lifetime, InputPipe input, OutputPipe output)
{
    public ConnectionOptions Options => lifetime.Options;

    /// <summary>The pending read as a measure; null where the receive rate has no limit.</summary>
    public MessageWait? Message => input.Call.Wait as MessageWait;

    /// <summary>The transport as a measure; null where sending has no limit.</summary>
    public PacedTransport? Sending => lifetime.Stream as PacedTransport;

    /// <summary>Whether bytes are being sent, or wait for the transport to take more.</summary>
    public bool IsSending
    {
        get
        {
            lock (output.Call.Side.Gate)
                return output.Call.Side.IsSendingLocked;
        }
    }

    /// <summary>Whether a read has the transport, or waits on it.</summary>
    public bool IsReading
    {
        get
        {
            lock (input.Call.Side.Gate)
                return input.Call.Side.IsClaimedLocked;
        }
    }

    /// <summary>Whether a byte or the end has come from the peer, received or not; null while a read has the transport, or waits on it.</summary>
    public bool? HasHeardPeer()
    {
        var side = input.Call.Side;
        lock (side.Gate)
        {
            if (side.BytesReceived > 0 || side.Direction.HasEnded)
                return true;
            if (!side.TryBeginLocked())
                return side.IsClaimedLocked ? null : false;
        }

        // Bytes that no code reads are there all the same.
        var next = side.Stream.Peek();
        if (!next.IsWouldBlock && next.Count == 0)
            side.RecordEnd(next);
        side.Continue(inline: false);
        return !next.IsWouldBlock;
    }

    /// <summary>Ends the connection; nothing happens when it has ended by then.</summary>
    public void Run(ConnectionLimitKind limit)
    {
        var cause = LimitReachedException.Of(limit, Options.Limits);
        if (!lifetime.TryReach(cause))
            return;
        if (cause.ClosesOrderly)
            Close(limit);
        else
            lifetime.AbortReached();
    }

    private void Close(ConnectionLimitKind limit)
    {
        new LastWord(output.Call.Side).Send(Farewell.Of(Options.Limits.Farewell, limit));
        // Behind the last word: what follows from a read that fails may be an abort.
        input.Call.Stop(lifetime.Failure!);
        _ = connection.DisposeAsync().AsTask();
    }
}

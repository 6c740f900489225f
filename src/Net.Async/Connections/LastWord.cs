namespace Net.Async;

/// <summary>The last bytes of an output that nothing else of it follows, and the end behind them.</summary>
internal readonly struct LastWord(SendSide side)
{
    /// <summary>Asks for the end, with the bytes before it when nothing else is under way. What the transport does not take at once is lost.</summary>
    public void Send(ReadOnlyMemory<byte> bytes)
    {
        bool sends;
        lock (side.Gate)
        {
            var isAtRest = side.Direction.State == SendState.Open && side.PendingLocked == 0;
            side.Direction.Finish();
            sends = isAtRest && !bytes.IsEmpty && side.TryClaimLocked();
        }

        if (!sends)
            return;
        var rest = side.SendDirect(bytes, side.Lifetime.Stream.TrySend(bytes.Span));
        if (!side.Lifetime.Stream.SendsAtOnce)
            Keep(rest);
        side.SendAndWake();
    }

    // A stream sends only with a wait, which is bounded as the end is.
    private void Keep(ReadOnlyMemory<byte> bytes)
    {
        lock (side.Gate)
        {
            if (side.Direction.CanSend)
                side.Buffer.Append(bytes.Span);
        }
    }
}

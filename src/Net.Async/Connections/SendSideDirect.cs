namespace Net.Async;

/// <summary>Sending on a caller's stack, for those who hold the claim of a <see cref="SendSide"/>.</summary>
internal static class SendSideDirect
{
    /// <summary>Sends from the caller's memory until the transport makes us wait.</summary>
    /// <returns>The rest; nothing after a failure. The claim is kept.</returns>
    public static ReadOnlyMemory<byte> SendDirect(this SendSide side, ReadOnlyMemory<byte> source, TransportResult sent)
    {
        while (!sent.IsWouldBlock)
        {
            side.Record(sent, ofBuffer: false);
            if (!sent.IsSuccess)
                return default;
            source = source[sent.Count..];
            if (source.IsEmpty)
                break;
            sent = side.Lifetime.Stream.TrySend(source.Span);
        }

        return source;
    }

    /// <summary>Whether a write of so many bytes waits for the end of the turn: few bytes are copied faster than they are sent by themselves, and a writer of TLS records or frames has more of them.</summary>
    public static bool Gathers(this SendSide side, int length) => length <= BlockPool.SmallBlock && side.Lifetime.Options.Buffers.PauseWriterThreshold > 0;

    /// <summary>Sends what a flush or a write has handed over. A writer that need not wait for it may write more in its turn: all of that goes in one send when the turn is over.</summary>
    /// <param name="side">The direction.</param>
    /// <param name="target">The flush is done once so many bytes are sent.</param>
    public static void SendFlushed(this SendSide side, long target)
    {
        var threshold = side.Lifetime.Options.Buffers.PauseWriterThreshold;
        if (threshold > 0 && target - side.BytesSent <= threshold)
            side.SendSoon();
        else
            side.Send();
    }
}

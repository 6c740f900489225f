namespace Net.Async;

/// <summary>Sending from a caller's memory, for those who hold the claim of a <see cref="SendSide"/>.</summary>
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
}

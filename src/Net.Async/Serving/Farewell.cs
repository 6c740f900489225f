namespace Net.Async;

/// <summary>A line for a client that is turned away, so that it learns why: one send that does not wait. What the transport does not take at once is lost.</summary>
internal sealed class Farewell(Func<ConnectionLimitKind, ReadOnlyMemory<byte>>? text)
{
    public const int MaxLength = 1024;

    private const int MostReceives = 4;

    public void Say(TransportStream stream, ConnectionLimitKind limit)
    {
        if (text is null || TextOf(limit) is not { Length: > 0 } bytes)
            return;
        // What the client has sent is taken first: unread bytes would turn the close into a reset, which destroys the line.
        Span<byte> received = stackalloc byte[MaxLength];
        for (var i = 0; i < MostReceives && stream.TryReceive(received).Count > 0; i++)
        {
        }

        stream.TrySend(bytes.Span);
    }

    private ReadOnlyMemory<byte> TextOf(ConnectionLimitKind limit)
    {
        try
        {
            var bytes = text!(limit);
            return bytes.Length <= MaxLength ? bytes
                : throw new InvalidOperationException($"{nameof(ServerLimits.Farewell)} returned {bytes.Length} bytes; {MaxLength} may be said.");
        }
        catch (Exception exception)
        {
            NetAsyncEventSource.Log.CallbackFailed(exception.ToString());
            return default;
        }
    }
}

namespace Net.Async;

/// <summary>The line that a client reads before a limit ends it, from the user's callback.</summary>
internal static class Farewell
{
    // Enough for a line of any text protocol.
    public const int MaxLength = 1024;

    /// <summary>What the callback says; nothing where there is none, or where it throws or says more than fits: the event source hears why.</summary>
    public static ReadOnlyMemory<byte> Of(Func<ConnectionLimitKind, ReadOnlyMemory<byte>>? callback, ConnectionLimitKind limit)
    {
        try
        {
            var bytes = callback is null ? default : callback(limit);
            if (bytes.Length <= MaxLength)
                return bytes;
            NetAsyncEventSource.Log.FarewellFailed($"It has {bytes.Length} bytes; at most {MaxLength} are sent.");
        }
        catch (Exception exception)
        {
            NetAsyncEventSource.Log.FarewellFailed(exception.ToString());
        }

        return default;
    }
}

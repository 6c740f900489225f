namespace Net.Async;

/// <summary>How much an <see cref="Outbox"/> holds, and what it does when it is full. Every value is checked where it is set.</summary>
public sealed record OutboxOptions
{
    internal const long LeastBytes = 1024;

    /// <summary>How many bytes may be queued: the lengths of the messages, and 64 bytes more for each of them. One message may have 64 bytes less than this.</summary>
    /// <value>Default: 1 MiB; at least 1 KiB. Memory: a copied message takes the next power of two.</value>
    public long MaxBytes
    {
        get;
        set => field = value >= LeastBytes
            ? value
            : throw new ArgumentOutOfRangeException(nameof(MaxBytes), value, $"MaxBytes must be at least {LeastBytes} bytes.");
    } = 1024 * 1024;

    /// <summary>What happens to a message that is posted without waiting and finds no room.</summary>
    /// <value>Default: <see cref="OutboxFullMode.Disconnect"/>, which loses no message silently.</value>
    public OutboxFullMode FullMode
    {
        get;
        set => field = value is >= OutboxFullMode.Disconnect and <= OutboxFullMode.DropOldest
            ? value
            : throw new ArgumentOutOfRangeException(nameof(FullMode), value, "FullMode must be Disconnect, DropNewest or DropOldest.");
    }

    /// <summary>Refuses a message that has no room in an outbox that is empty.</summary>
    internal void CheckLength(ReadOnlySpan<byte> message, string name)
    {
        if (OutboxMessage.CostOf(message.Length) > MaxBytes)
            throw new ArgumentException($"The message has {message.Length} bytes; the outbox takes at most {MaxBytes - OutboxMessage.Charge} ({nameof(OutboxOptions)}.{nameof(MaxBytes)} less {OutboxMessage.Charge}).", name);
    }
}

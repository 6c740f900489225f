namespace Net.Async;

/// <summary>What an <see cref="Outbox"/> does with a message that finds no room.</summary>
public enum OutboxFullMode
{
    /// <summary>The connection is aborted with <see cref="ConnectionError.ResourceShortage"/>: the peer reads too slowly, and sees no gap between messages.</summary>
    Disconnect,

    /// <summary>The new message is dropped.</summary>
    DropNewest,

    /// <summary>Queued messages are dropped, the oldest first, until the new one has room. A message of which the sending has begun stays.</summary>
    /// <remarks>When the room would not be enough even without all the others, the new message is dropped and the others stay.</remarks>
    DropOldest,
}

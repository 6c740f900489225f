namespace Net.Async;

/// <summary>What became of a message that was posted without waiting.</summary>
internal enum PostOutcome : byte
{
    /// <summary>It is sent behind those that were queued before.</summary>
    Queued,

    /// <summary>There was no room, and it was dropped.</summary>
    Dropped,

    /// <summary>There was no room, and the connection is to be aborted.</summary>
    Overflow,

    /// <summary>The connection takes nothing any more.</summary>
    Refused,
}

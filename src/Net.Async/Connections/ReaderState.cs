namespace Net.Async;

/// <summary>What the user of a reader has done.</summary>
internal enum ReaderState : byte
{
    /// <summary>No result is out.</summary>
    Idle,

    /// <summary>A result is out and not advanced.</summary>
    Reading,

    /// <summary>The reader was completed: nothing more is read.</summary>
    Completed,
}

/// <summary>What a pending read waits for.</summary>
internal enum ReadKind : byte
{
    /// <summary>Bytes in the reader's buffer.</summary>
    Bytes,

    /// <summary>That a receive would say something: the caller then receives into memory of its own.</summary>
    Readiness,
}

/// <summary>What comes next in a read.</summary>
internal enum ReadStep : byte
{
    /// <summary>It has something to say.</summary>
    Ends,

    /// <summary>It has the claim on the transport, and receives.</summary>
    Receives,

    /// <summary>It waits.</summary>
    Waits,
}

/// <summary>What the last receive left in the transport.</summary>
internal enum LastReceive : byte
{
    /// <summary>Nothing: the next receive waits first.</summary>
    TookAll,

    /// <summary>Perhaps more: a receive without a wait has something to say.</summary>
    LeftSome,
}

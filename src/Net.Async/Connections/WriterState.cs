namespace Net.Async;

/// <summary>What the user of a writer has done. A whole (a file, a stream with a length) keeps its memory and its right to write until it lets go, whatever becomes of the direction.</summary>
internal enum WriterState : byte
{
    /// <summary>Bytes may be written.</summary>
    Open,

    /// <summary>A whole is being handed over.</summary>
    Whole,

    /// <summary>A whole is being handed over, and the writer was completed: nothing follows it.</summary>
    CompletedWhole,

    /// <summary>The writer was completed: nothing more is written.</summary>
    Completed,
}

/// <summary>The call of a writer that hands bytes over, or waits for them to be sent.</summary>
internal enum CallKind : byte
{
    /// <summary>No call is under way.</summary>
    None,

    /// <summary>A write or a flush: what was handed over goes out, also when the call is cancelled.</summary>
    Write,

    /// <summary>All or nothing: cut off half-way, it ends the connection.</summary>
    Send,
}

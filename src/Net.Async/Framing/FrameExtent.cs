namespace Net.Async;

/// <summary>How long the parts of a frame are, in the order in which they are sent: what comes before the payload, the payload, and what comes behind it.</summary>
public readonly record struct FrameExtent
{
    /// <summary>Sets the lengths.</summary>
    /// <param name="header">Bytes before the payload.</param>
    /// <param name="payload">Bytes of the payload.</param>
    /// <param name="trailer">Bytes behind the payload.</param>
    public FrameExtent(int header, long payload, int trailer) => (Header, Payload, Trailer) = (header, payload, trailer);

    /// <summary>Bytes before the payload.</summary>
    public int Header { get; }

    /// <summary>Bytes of the payload.</summary>
    public long Payload { get; }

    /// <summary>Bytes behind the payload.</summary>
    public int Trailer { get; }

    /// <summary>Bytes of the whole frame.</summary>
    public long Length => Header + Payload + Trailer;
}

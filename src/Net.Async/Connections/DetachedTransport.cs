namespace Net.Async;

/// <summary>A transport that was taken out of a live connection, and what that had read ahead.</summary>
/// <remarks>
/// Bytes read ahead belong to the protocol that was spoken before. A change to TLS (STARTTLS) must refuse them: a peer in the middle may have put them there.
/// </remarks>
public sealed class DetachedTransport
{
    internal DetachedTransport(TransportStream stream, ReadOnlyMemory<byte> readAhead) => (Stream, ReadAhead) = (stream, readAhead);

    /// <summary>The transport, which is the caller's from here on. It gives what follows <see cref="ReadAhead"/>.</summary>
    public TransportStream Stream { get; }

    /// <summary>The bytes that were received and not consumed, a copy; empty for none.</summary>
    public ReadOnlyMemory<byte> ReadAhead { get; }

    /// <summary>The transport with <see cref="ReadAhead"/> in front of what follows.</summary>
    public TransportStream WithReadAhead() => ReadAhead.IsEmpty ? Stream : new PrefixedTransport(Stream, ReadAhead);
}

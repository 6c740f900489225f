namespace Net.Async;

/// <summary>Connections over other transports.</summary>
public abstract partial class Connection
{
    /// <summary>Makes a connection over a transport of your own, which is connected already.</summary>
    /// <param name="stream">The transport. It belongs to the connection, also when this throws.</param>
    /// <param name="options">Null for the defaults. What concerns sockets has no effect.</param>
    /// <exception cref="ArgumentNullException">The stream is null.</exception>
    public static Connection FromTransport(TransportStream stream, ConnectionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return StreamConnection.Open(stream, options ?? ConnectionOptions.Default);
    }

    /// <summary>Takes the transport out of the connection, for another protocol on top of it: STARTTLS, an upgrade. The connection ends cleanly; the peer sees nothing of it.</summary>
    /// <remarks>Read up to where the other protocol begins, flush, and complete neither side. Bytes that were received behind that are in <see cref="DetachedTransport.ReadAhead"/>.</remarks>
    /// <exception cref="InvalidOperationException">A read or a flush is under way, bytes are unflushed, a side is completed or has ended, or <see cref="ConnectionOptions.ReadAhead"/> is on.</exception>
    /// <exception cref="ConnectionException">The connection was aborted at the same moment.</exception>
    /// <exception cref="NotSupportedException">The connection has no transport of its own.</exception>
    public virtual DetachedTransport DetachTransport() => throw new NotSupportedException($"{this} has no transport of its own.");
}

namespace Net.Async;

public abstract partial class Connection
{
    /// <summary>Makes a connection over a transport of your own, which is connected already.</summary>
    /// <param name="stream">The transport. It belongs to the connection, also when this throws.</param>
    /// <param name="options">Null for the defaults. What concerns sockets has no effect.</param>
    /// <exception cref="ArgumentNullException">The stream is null.</exception>
    public static Connection FromTransport(TransportStream stream, ConnectionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return StreamConnection.Open(stream, options is null ? new() : options with { });
    }

    /// <summary>Makes a connection over a stream: a <see cref="System.Net.Security.SslStream"/>, a pipe, the stream of another library.</summary>
    /// <remarks>
    /// The output's end reaches the peer by itself on an <see cref="System.Net.Security.SslStream"/> (close_notify) and a <see cref="System.Net.Sockets.NetworkStream"/> (FIN);
    /// on any other stream the peer reads it when the connection closes. A stream cannot take a write back: a cancelled <see cref="SendAsync(ReadOnlyMemory{byte}, CancellationToken)"/> waits until the first byte is taken. A stream of a transport that has more to offer is better served by <see cref="FromTransport"/>.
    /// </remarks>
    /// <param name="stream">The stream, which must allow a read and a write at the same time. It belongs to the connection, also when this throws.</param>
    /// <param name="options">Null for the defaults. What concerns sockets has no effect.</param>
    /// <exception cref="ArgumentNullException">The stream is null.</exception>
    /// <exception cref="ArgumentException">It can neither be read nor written.</exception>
    public static Connection FromStream(Stream stream, ConnectionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanRead && !stream.CanWrite)
            throw new ArgumentException($"The {stream.GetType().Name} can neither be read nor written; it is closed.", nameof(stream));
        var connection = new StreamConnection(new StreamTransport(stream), options is null ? new() : options with { });
        connection.DisableDirections(stream.CanRead, stream.CanWrite);
        connection.Start();
        return connection;
    }

    /// <summary>Takes the transport out of the connection, for another protocol on top of it: STARTTLS, an upgrade. The connection ends cleanly; the peer sees nothing of it.</summary>
    /// <remarks>Read up to where the other protocol begins, flush, and complete neither side. Bytes that were received behind that are in <see cref="DetachedTransport.ReadAhead"/>.</remarks>
    /// <exception cref="InvalidOperationException">A read or a flush is under way, bytes are unflushed, or unsent although a flush has returned (it was cancelled, or <see cref="BufferOptions.PauseWriterThreshold"/> is on), a side is completed, the output or the connection has ended, or <see cref="BufferOptions.ReadAhead"/> is on.</exception>
    /// <exception cref="ConnectionException">The connection was aborted at the same moment.</exception>
    public abstract DetachedTransport DetachTransport();
}

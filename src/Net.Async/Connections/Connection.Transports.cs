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
}

namespace Net.Async;

/// <summary>What another process has sent over a <see cref="HandleChannel"/>: a payload, and with it a connection, a server's listener, or nothing. Take the handle, or dispose this, which closes the handle.</summary>
public sealed class ReceivedHandle : IDisposable
{
    private readonly OwnedHandles _handles;

    internal ReceivedHandle(HandleKind kind, OwnedHandles handles, ReadOnlyMemory<byte> payload)
    {
        Kind = kind;
        Payload = payload;
        _handles = handles;
    }

    /// <summary>What came with the payload: nothing, a connection, or a listener.</summary>
    public HandleKind Kind { get; }

    /// <summary>The bytes that the sender sent with it; may be empty.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>Takes the connection. Not a byte of it was read by the sender.</summary>
    /// <param name="options">Null for the defaults.</param>
    /// <returns>The connection, yours to dispose.</returns>
    /// <exception cref="InvalidOperationException">It is none, or was taken or disposed before.</exception>
    /// <exception cref="ConnectionException">The sender has sent something else, or the peer has gone; the handle is closed.</exception>
    public Connection ToConnection(ConnectionOptions? options = null) => _handles.ToConnection(Kind, options);

    /// <summary>Takes the listener, and serves on it, beside the other processes that have it.</summary>
    /// <param name="options">Null for the defaults.</param>
    /// <returns>The server, yours to dispose. It never removes the file of a Unix socket.</returns>
    /// <exception cref="InvalidOperationException">It is none, or was taken or disposed before.</exception>
    /// <exception cref="ConnectionException">The sender has sent something else, or it cannot listen; the handle is closed.</exception>
    public Server ToServer(ServerOptions? options = null) => _handles.ToServer(Kind, options);

    /// <summary>Closes what was not taken. Idempotent.</summary>
    public void Dispose() => _handles.Dispose();
}

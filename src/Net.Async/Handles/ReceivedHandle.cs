namespace Net.Async;

/// <summary>What another process has sent over a <see cref="HandleChannel"/>: a note, and with it a connection, a server's listener, or nothing. Take it, or dispose it, which closes it.</summary>
public sealed class ReceivedHandle : IDisposable
{
    private readonly OwnedHandles _handles;

    internal ReceivedHandle(HandleKind kind, OwnedHandles handles, ReadOnlyMemory<byte> note)
    {
        Kind = kind;
        Note = note;
        _handles = handles;
    }

    /// <summary>What came with the note: nothing, a connection, or a listener.</summary>
    public HandleKind Kind { get; }

    /// <summary>What the sender wrote beside it; may be empty.</summary>
    public ReadOnlyMemory<byte> Note { get; }

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

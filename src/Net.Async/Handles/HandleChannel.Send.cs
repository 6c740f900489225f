namespace Net.Async;

public sealed partial class HandleChannel
{
    /// <summary>Sends a payload without a handle.</summary>
    /// <param name="payload">At most <see cref="MaxPayloadLength"/> bytes.</param>
    /// <param name="cancellationToken">Ends the wait for room; once the message has begun, it is sent.</param>
    /// <exception cref="ArgumentException">The payload is too long.</exception>
    /// <exception cref="ConnectionException">The other process has gone, or the channel was disposed.</exception>
    public Task SendAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default) =>
        _sender.SendAsync(HandleKind.None, [], Check(payload), null, cancellationToken);

    /// <summary>Passes an untouched connection on. It is closed here then, in an orderly way, and its server counts one less; the peer notices nothing.</summary>
    /// <param name="connection">Accepted or connected, and neither read nor written.</param>
    /// <param name="payload">Goes with it; at most <see cref="MaxPayloadLength"/> bytes.</param>
    /// <param name="cancellationToken">Ends the wait for room, and the connection is still yours; once the message has begun, it is sent.</param>
    /// <exception cref="ArgumentException">The payload is too long.</exception>
    /// <exception cref="InvalidOperationException">The connection was read, written or closed, or is the channel's own.</exception>
    /// <exception cref="NotSupportedException">It is over no socket: in memory, a pipe, or decorated.</exception>
    /// <exception cref="ConnectionException">The other process has gone, or descriptors have run out; the connection is still yours.</exception>
    public async Task SendAsync(Connection connection, ReadOnlyMemory<byte> payload = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        Check(payload);
        if (connection is not StreamConnection stream)
            throw new NotSupportedException($"A {connection.GetType().Name} is no bare socket, and cannot be passed to another process.");
        if (stream == _connection)
            throw new InvalidOperationException("A channel cannot be sent through itself.");
        // At the end it may be too late for a new descriptor.
        SharedSocket.Prepare();
        var socket = stream.PrepareTransfer();
        var sent = false;
        try
        {
            await _sender.SendAsync(HandleKind.Connection, [socket.SafeHandle], payload, () => sent = true, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (sent)
                stream.CompleteTransfer();
            else
                stream.CancelTransfer();
        }
    }

    /// <summary>Passes a listening server's addresses on. Both processes accept on them then, until one stops: its stop takes nothing away from the other, and loses no client.</summary>
    /// <param name="server">It continues to listen, and its connections stay.</param>
    /// <param name="payload">Goes with it; at most <see cref="MaxPayloadLength"/> bytes.</param>
    /// <param name="cancellationToken">Ends the wait for room; once the message has begun, it is sent.</param>
    /// <exception cref="ArgumentException">The payload is too long.</exception>
    /// <exception cref="InvalidOperationException">The server does not listen.</exception>
    /// <exception cref="NotSupportedException">It listens on no socket: in memory, or a pipe.</exception>
    /// <exception cref="ConnectionException">The other process has gone, or descriptors have run out.</exception>
    public Task SendAsync(Server server, ReadOnlyMemory<byte> payload = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(server);
        Check(payload);
        var listeners = server.Listeners;
        if (listeners.Any(static listener => listener.Socket is null))
            throw new NotSupportedException($"The server on {NetEndPoint.Format(server.LocalEndPoint)} listens on no socket, and cannot be passed to another process.");
        if (!server.IsListening)
            throw new InvalidOperationException($"The server on {NetEndPoint.Format(server.LocalEndPoint)} does not listen.");
        if (listeners.Count > HandleFrame.MaxHandles)
            throw new NotSupportedException($"The server listens on {listeners.Count} addresses; {HandleFrame.MaxHandles} can be passed at once.");
        foreach (var listener in listeners)
            listener.Share();
        return _sender.SendAsync(HandleKind.Listener, [.. listeners.Select(static listener => listener.Socket!.SafeHandle)], payload, null, cancellationToken);
    }

    private static ReadOnlyMemory<byte> Check(ReadOnlyMemory<byte> payload) => payload.Length <= MaxPayloadLength
        ? payload
        : throw new ArgumentException($"A payload has at most {MaxPayloadLength} bytes; this one has {payload.Length}.", nameof(payload));
}

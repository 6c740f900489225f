using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Net.Async;

public sealed partial class HandleChannel
{
    private readonly RightsMessage _outgoing = new();

    // The end of an earlier message, or filler that waits for room: the next one goes behind it.
    private Task _before = Task.CompletedTask;

    /// <summary>Sends a note, and no handle.</summary>
    /// <param name="note">At most <see cref="MaxNoteLength"/> bytes.</param>
    /// <param name="cancellationToken">Ends the wait for room; once the message has begun, it is sent.</param>
    /// <exception cref="ArgumentException">The note is too long.</exception>
    /// <exception cref="ConnectionException">The other process has gone, or the channel was disposed.</exception>
    public Task SendAsync(ReadOnlyMemory<byte> note, CancellationToken cancellationToken = default) =>
        SendAsync(HandleKind.None, [], Check(note), cancellationToken);

    /// <summary>Passes an untouched connection on. Here it is closed then, in order and for good, and its server counts one less; the peer notices nothing.</summary>
    /// <param name="connection">Accepted or connected, and neither read nor written.</param>
    /// <param name="note">Goes with it; at most <see cref="MaxNoteLength"/> bytes.</param>
    /// <param name="cancellationToken">Ends the wait for room, and the connection is still yours; once the message has begun, it is sent.</param>
    /// <exception cref="ArgumentException">The note is too long.</exception>
    /// <exception cref="InvalidOperationException">The connection was read, written or closed, or is the channel's own.</exception>
    /// <exception cref="NotSupportedException">It is over no socket: in memory, a pipe, or decorated.</exception>
    /// <exception cref="ConnectionException">The other process has gone, or descriptors have run out; the connection is still yours.</exception>
    public async Task SendAsync(Connection connection, ReadOnlyMemory<byte> note = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        Check(note);
        if (connection is not StreamConnection stream)
            throw new NotSupportedException($"A {connection.GetType().Name} is no bare socket, and cannot be passed to another process.");
        if (stream == _connection)
            throw new InvalidOperationException("A channel cannot be sent through itself.");
        // At the end it may be too late for a new descriptor.
        SharedSocket.Prepare();
        var socket = stream.BeginDetach();
        var sent = false;
        try
        {
            await SendAsync(HandleKind.Connection, [socket.SafeHandle], note, cancellationToken, () => sent = true).ConfigureAwait(false);
        }
        finally
        {
            if (sent)
                stream.EndDetach();
            else
                stream.CancelDetach();
        }
    }

    /// <summary>Passes a listening server's addresses on. Both processes accept on them then, until one stops: its stop takes nothing away from the other, and loses no client.</summary>
    /// <param name="server">It goes on listening; connections that it has go on as well.</param>
    /// <param name="note">Goes with it; at most <see cref="MaxNoteLength"/> bytes.</param>
    /// <param name="cancellationToken">Ends the wait for room; once the message has begun, it is sent.</param>
    /// <exception cref="ArgumentException">The note is too long.</exception>
    /// <exception cref="InvalidOperationException">The server does not listen.</exception>
    /// <exception cref="NotSupportedException">It listens on no socket: in memory, or a pipe.</exception>
    /// <exception cref="ConnectionException">The other process has gone, or descriptors have run out.</exception>
    public Task SendAsync(Server server, ReadOnlyMemory<byte> note = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(server);
        Check(note);
        if (server is not TransportServer { Listeners: var listeners } || listeners.Any(static listener => listener.Socket is null))
            throw new NotSupportedException($"The server on {NetEndPoint.Format(server.LocalEndPoint)} listens on no socket, and cannot be passed to another process.");
        if (!server.IsListening)
            throw new InvalidOperationException($"The server on {NetEndPoint.Format(server.LocalEndPoint)} does not listen.");
        if (listeners.Count > HandleFrame.MaxHandles)
            throw new NotSupportedException($"The server listens on {listeners.Count} addresses; {HandleFrame.MaxHandles} can be passed at once.");
        foreach (var listener in listeners)
            listener.Share();
        return SendAsync(HandleKind.Listener, [.. listeners.Select(static listener => listener.Socket!.SafeHandle)], note, cancellationToken);
    }

    private static ReadOnlyMemory<byte> Check(ReadOnlyMemory<byte> note) => note.Length <= MaxNoteLength
        ? note
        : throw new ArgumentException($"A note has at most {MaxNoteLength} bytes; this one has {note.Length}.", nameof(note));

    private async Task SendAsync(HandleKind kind, SafeHandle[] handles, ReadOnlyMemory<byte> note, CancellationToken cancellationToken, Action? onTaken = null)
    {
        await _sending.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _before.WaitAsync(cancellationToken).ConfigureAwait(false);
            var length = HandleFrame.HeaderLength + note.Length;
            new HandleFrame(kind, handles.Length, note.Length).Write(_outgoing.Bytes.Span);
            note.CopyTo(_outgoing.Bytes[HandleFrame.HeaderLength..]);
            var taken = await TakenAsync(length, handles, cancellationToken).ConfigureAwait(false);
            // The kernel has the handles from here on, though the note may still be on its way.
            onTaken?.Invoke();
            if (taken < length)
                await (_before = _connection.SendAsync(_outgoing.Bytes[taken..length], CancellationToken.None).AsTask()).ConfigureAwait(false);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Waits until the kernel has taken the handles and some of the bytes; returns how many.</summary>
    private async ValueTask<int> TakenAsync(int length, SafeHandle[] handles, CancellationToken cancellationToken)
    {
        while (true)
        {
            var sent = TrySend(length, handles);
            if (sent.IsSuccess)
                return sent.Count;
            if (!sent.IsWouldBlock)
                throw Gone(new SocketException((int)sent.Error));
            // A byte that means nothing waits for room in our place: nothing else tells when there is some. Whoever gives up leaves it to the next one.
            _before = _connection.SendAsync(s_filler, CancellationToken.None).AsTask();
            await _before.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private TransportResult TrySend(int length, SafeHandle[] handles)
    {
        try
        {
            return _connection.CloseReason is null ? _outgoing.TrySend(_socket, length, handles) : TransportResult.Of(SocketError.ConnectionReset);
        }
        catch (ObjectDisposedException) when (_socket.IsClosed)
        {
            return TransportResult.Of(SocketError.ConnectionReset);
        }
    }

    private static readonly byte[] s_filler = [HandleFrame.Filler];
}

using System.Net.Sockets;

namespace Net.Async;

/// <summary>Giving the transport away: to another process while it is untouched, or to another protocol on top of it; and streams that go one way.</summary>
internal sealed partial class StreamConnection
{
    private TransportTransfer Transfer => new(_input.Call, _output.Call);

    // The limits end with the connection.
    private TransportStream Bare => (_lifetime.Stream as PacedTransport)?.Measured ?? _lifetime.Stream;

    /// <summary>Reserves both directions, so that nothing of the stream is taken while it is passed on.</summary>
    /// <returns>The socket to pass.</returns>
    /// <exception cref="NotSupportedException">There is no socket.</exception>
    /// <exception cref="InvalidOperationException">It was used, or has ended.</exception>
    public Socket BeginDetach()
    {
        // Through a decorator or a stream, bytes may have been taken from the socket already, or mean something else there.
        if (Bare is not SocketTransportStream { Socket: { } socket })
            throw new NotSupportedException($"{_lifetime.Peer} is no socket, and cannot be passed to another process.");
        var problem = CloseReason is null ? Transfer.Begin() : "has ended";
        return problem is null ? socket
            : throw new InvalidOperationException($"The connection to {_lifetime.Peer} {problem}: only an untouched one can be passed to another process.");
    }

    /// <summary>It was not passed, and continues here.</summary>
    public void CancelDetach() => Transfer.Cancel();

    /// <summary>Another process has it: ends here in order, and the peer sees nothing of it.</summary>
    public void EndDetach()
    {
        // The addresses stay known.
        _ = (LocalEndPoint, RemoteEndPoint);
        _lifetime.EndByTransfer(static stream =>
        {
            SharedSocket.Leave(stream.Socket!.SafeHandle, stream.IsPolled);
            stream.Close();
        });
        Transfer.End();
    }

    public override DetachedTransport DetachTransport()
    {
        var (unread, released) = (default(ReadOnlyMemory<byte>), default(Task<SocketError>));
        if ((CloseReason is null ? Transfer.BeginWithUnread(out unread, out released) : "has ended") is { } problem)
            throw new InvalidOperationException($"The connection to {_lifetime.Peer} {problem}: its transport cannot be taken out of it.");
        var stream = Bare;
        var isTaken = false;
        _lifetime.EndByTransfer(_ => isTaken = true);
        Transfer.End();
        if (!isTaken)
            throw _lifetime.Failure ?? _lifetime.ClosedHere();
        return new DetachedTransport(released is null ? stream : new ReleasedTransport(stream, released), unread);
    }

    /// <summary>Leaves only the directions that there are.</summary>
    public void LimitTo(bool readable, bool writable)
    {
        if (!readable)
            _input.MarkUnreadable();
        if (!writable)
            _output.Refuse();
    }
}

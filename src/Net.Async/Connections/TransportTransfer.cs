using System.Buffers;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>Giving the transport of a connection away: both directions are reserved, and then left, or taken up again.</summary>
internal readonly struct TransportTransfer(ReadCall reader, WriteCall writer)
{
    private readonly ReceiveSide _input = reader.Side;
    private readonly SendSide _output = writer.Side;

    /// <summary>Reserves both directions of a connection that was not used yet: calls that come wait.</summary>
    /// <param name="lifetime">The connection.</param>
    /// <param name="stream">Its transport.</param>
    /// <returns>The socket to pass.</returns>
    /// <exception cref="NotSupportedException">There is no socket.</exception>
    /// <exception cref="InvalidOperationException">It was used, or has ended.</exception>
    public Socket Reserve(ConnectionLifetime lifetime, TransportStream stream)
    {
        // Through a decorator or a stream, bytes may have been taken from the socket already, or mean something else there.
        if (stream is not SocketTransportStream { Socket: { } socket })
            throw new NotSupportedException($"{lifetime.Peer} is no socket, and cannot be passed to another process.");
        var problem = lifetime.Reason is null ? Begin() : "has ended";
        return problem is null ? socket
            : throw new InvalidOperationException($"The connection to {lifetime.Peer} {problem}: only an untouched one can be passed to another process.");
    }

    /// <summary>Another process has the socket: the connection ends here in order, and the peer sees nothing of it.</summary>
    public void Leave(ConnectionLifetime lifetime)
    {
        // The addresses stay known.
        _ = (lifetime.Stream.LocalEndPoint, lifetime.Stream.RemoteEndPoint);
        lifetime.EndByTransfer(static stream =>
        {
            SharedSocket.Leave(stream.Socket!.SafeHandle, stream.IsPolled);
            stream.Close();
        });
        End();
    }

    // Why not, in words; null when both are reserved.
    private string? Begin()
    {
        var problem = ReserveOutput(mustBeUntouched: true);
        if (problem is null && ReserveInput() is { } busy)
        {
            _output.SendAndWake();
            return busy;
        }

        return problem;
    }

    // Ends receiving in a connection that was used, and says what was received and not consumed: a copy. Why not, in words; null when it is done.
    // The last wait of the connection on the transport may end later; null when there is none.
    private string? BeginWithUnread(out ReadOnlyMemory<byte> unread, out Task<SocketError>? released)
    {
        (unread, released) = (default, null);
        var problem = ReserveOutput(mustBeUntouched: false);
        if (problem is null && TakeUnread(out unread, out released) is { } busy)
        {
            // Receiving may be reserved by then: the read that came while the last receive ran needs it.
            Cancel();
            return busy;
        }

        return problem;
    }

    /// <summary>Takes the transport out of a connection that was used, which ends in order without the peer's notice.</summary>
    /// <param name="lifetime">The connection.</param>
    /// <param name="stream">Its transport.</param>
    /// <exception cref="InvalidOperationException">A call is under way, bytes are unflushed or unsent, or the connection has ended.</exception>
    public DetachedTransport Take(ConnectionLifetime lifetime, TransportStream stream)
    {
        var (unread, released) = (default(ReadOnlyMemory<byte>), default(Task<SocketError>));
        if ((lifetime.Reason is null ? BeginWithUnread(out unread, out released) : "has ended") is { } problem)
            throw new InvalidOperationException($"The connection to {lifetime.Peer} {problem}: its transport cannot be taken out of it.");
        var isTaken = false;
        lifetime.EndByTransfer(_ => isTaken = true);
        End();
        if (!isTaken)
            throw lifetime.Failure ?? lifetime.ClosedHere();
        return new DetachedTransport(released is null ? stream : new ReleasedTransport(stream, released), unread);
    }

    /// <summary>The transport stays: calls that came meanwhile continue.</summary>
    public void Cancel()
    {
        bool parks;
        lock (_input.Gate)
        {
            _input.Direction.CancelTransfer();
            parks = reader.Wait.IsWaiting && _input.TryBeginLocked();
        }

        if (parks)
            _input.Park();
        _output.SendAndWake();
    }

    // The transport is gone: lets go of what was written meanwhile.
    private void End()
    {
        lock (_output.Gate)
            _output.FreeLocked();
    }

    private string? ReserveOutput(bool mustBeUntouched)
    {
        lock (_output.Gate)
        {
            if (writer.WhyBusyLocked() is { } busy)
                return busy;
            if (mustBeUntouched && (_output.BytesSent > 0 || _output.Outbox is { BytesSent: > 0 }))
                return "has been written to";
            if (_output.Direction.State != SendState.Open)
                return "has ended";
            return !_output.HasMoreLocked && _output.TryClaimLocked() ? null : mustBeUntouched ? "has been written to" : _output.Buffer.Unflushed > 0 ? "has unflushed bytes" : "has unsent bytes";
        }
    }

    private string? ReserveInput()
    {
        lock (_input.Gate)
        {
            if (_input.BytesReceived > 0 || _input.Buffer.Length > 0)
                return "has been read from";
            // A wait that only watches for the end may be parked. It takes nothing from the transport.
            return reader.WhyBusyLocked() ?? (_input.Direction.BeginTransfer() ? null : "has ended");
        }
    }

    private string? TakeUnread(out ReadOnlyMemory<byte> unread, out Task<SocketError>? released)
    {
        (unread, released) = (default, null);
        for (var spin = default(SpinWait); ; spin.SpinOnce())
        {
            lock (_input.Gate)
            {
                if (reader.WhyBusyLocked() is { } busy)
                    return busy;
                if (!_input.Direction.BeginTransfer() && !_input.Direction.IsAtEnd && _input.Direction.State != ReceiveState.Transferring)
                    return "has ended";
                // A read that was cancelled a moment ago may be in its last receive, which does not wait; no other begins.
                if (_input.Buffer.IsLent)
                    continue;
                unread = _input.Buffer.Sequence.ToArray();
                released = _input.WhenReleasedLocked();
                return null;
            }
        }
    }
}

using System.Buffers;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>Giving the transport of a connection away: both directions are reserved, and then left, or taken up again.</summary>
internal readonly struct TransportTransfer(ReadCall reader, WriteCall writer)
{
    private readonly ReceiveSide _input = reader.Side;
    private readonly SendSide _output = writer.Side;

    /// <summary>Reserves both directions of a connection that was not used yet: calls that come wait.</summary>
    /// <returns>Why not, in words; null when they are reserved.</returns>
    public string? Begin()
    {
        var problem = ReserveOutput(mustBeUntouched: true);
        if (problem is null && ReserveInput() is { } busy)
        {
            _output.SendAndWake();
            return busy;
        }

        return problem;
    }

    /// <summary>Ends receiving in a connection that was used, and says what was received and not consumed.</summary>
    /// <param name="unread">A copy of the bytes.</param>
    /// <param name="released">When the last wait of the connection on the transport ends, and its error; null when there is none.</param>
    /// <returns>Why not, in words; null when it is done.</returns>
    public string? BeginWithUnread(out ReadOnlyMemory<byte> unread, out Task<SocketError>? released)
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

    /// <summary>The transport is gone: lets go of what was written meanwhile.</summary>
    public void End()
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
            return !_output.HasMoreLocked && _output.TryClaimLocked() ? null : mustBeUntouched ? "has been written to" : "has unflushed bytes";
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

using System.Net.Sockets;

namespace Net.Async;

/// <summary>What a receive has returned: bytes, the peer's end, or a failure.</summary>
internal sealed partial class ReceiveSide
{
    private SocketError _lastError;

    /// <summary>When the wait that is parked ends, and the error that it took out of the transport with it. Under the lock; null when the claim is free.</summary>
    public Task<SocketError>? WhenReleasedLocked() => _claim.IsTaken ? LastErrorAsync(_claim.WhenReleased()) : null;

    private async Task<SocketError> LastErrorAsync(Task released)
    {
        await released.ConfigureAwait(false);
        return _lastError;
    }

    /// <summary>Bytes went past the buffer, into the caller's memory. The caller has the claim.</summary>
    public void RecordDirect(int count)
    {
        BytesReceived += count;
        Lifetime.OnReceived(count);
    }

    /// <summary>A receive said that the peer has ended, or failed. The caller has the claim and keeps it.</summary>
    public void RecordEnd(TransportResult received)
    {
        _lastError = received.Error;
        if (!received.IsSuccess)
            Lifetime.Fail(received.Error);
        // A reset that a send or a look has seen leaves the transport's error empty: the receive then looks like a clean end, and is none.
        var failure = Lifetime.Failure ?? (received.IsSuccess ? null : Lifetime.ClosedHere());
        bool allRead;
        lock (Gate)
        {
            allRead = Buffer.Length == 0;
            if (failure is null)
                Direction.End(bytesUnread: !allRead);
            else
                Direction.Fail(failure);
        }

        if (failure is not null)
            return;
        Lifetime.OnPeerEnded();
        if (allRead)
            Lifetime.OnEndRead();
    }

    /// <summary>The peer has ended behind bytes that are not yet received.</summary>
    public void RecordEndBehindBytes()
    {
        Lifetime.OnPeerEnded();
        // No read will come to what is before the end.
        if (_receiver.IsCompleted)
            Lifetime.OnEndRead();
    }

    // Asking has taken the error out of the transport: a receive would not see it any more, and take the reset for an end.
    private bool HasFailed(SocketError error, bool inline)
    {
        if (error == SocketError.Success)
            return false;
        EndWith(TransportResult.Of(error), inline);
        return true;
    }

    // The claim is let go of behind what is known, and then the read that waits hears it.
    private void EndWith(TransportResult received, bool inline)
    {
        RecordEnd(received);
        lock (Gate)
            EndLocked();
        Wake(inline);
    }
}

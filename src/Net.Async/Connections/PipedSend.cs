using System.Net.Sockets;

namespace Net.Async;

/// <summary>Sending past the pipe what is in a pipe of the kernel's.</summary>
internal readonly struct PipedSend(WriteCall call)
{
    private readonly SendSide _side = call.Side;

    /// <summary>Sends all of it, and waits as often as the transport does.</summary>
    /// <returns>False when bytes are left, which the caller copies: something else is being sent, or the kernel cannot do it.</returns>
    public async ValueTask<bool> SendAsync(PipedBytes bytes)
    {
        lock (_side.Gate)
        {
            call.ThrowIfCallingLocked();
            call.ThrowIfCompletedLocked();
            if (_side.Direction.IsOver)
                throw _side.Direction.Failure ?? _side.Lifetime.ClosedHere();
            if (call.TryTakeCancelLocked())
                throw FlushEnd.CancelledSend();
            if (!_side.TryBeginDirectLocked())
                return false;
            call.BeginCallLocked(CallKind.Send, bytes.Count);
        }

        var side = _side;
        var error = await bytes.SendAsync(side.Lifetime.Stream, sent => side.Record(sent, ofBuffer: false)).ConfigureAwait(false);
        if (error != SocketError.Success)
            side.Record(TransportResult.Of(error), ofBuffer: false);
        lock (side.Gate)
            call.EndLocked();
        // Lets go of the claim: an end, or more, may have been asked for.
        side.SendAndWake();
        return error == SocketError.Success ? bytes.Count == 0 : throw FailureOf(side);
    }

    private static Exception FailureOf(SendSide side)
    {
        lock (side.Gate)
            return side.Direction.Failure ?? side.Lifetime.ClosedHere();
    }
}

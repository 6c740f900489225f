using System.Net.Sockets;

namespace Net.Async;

/// <summary>A send past the pipe of bytes that the kernel holds, in a file or in a pipe of its own: how it begins, fails and ends.</summary>
internal readonly struct KernelSend(WriteCall call)
{
    private readonly SendSide _side = call.Side;

    /// <summary>Claims sending for so many bytes. <see cref="End"/> follows.</summary>
    /// <returns>False when something else is being sent: the bytes have to be copied.</returns>
    public bool TryBegin(int count)
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
            call.BeginCallLocked(CallKind.Send, count);
            return true;
        }
    }

    /// <summary>Records the error of the transport.</summary>
    /// <returns>What the call throws.</returns>
    public Exception Fail(SocketError error)
    {
        _side.Record(TransportResult.Of(error), ofBuffer: false);
        lock (_side.Gate)
            return _side.Direction.Failure ?? _side.Lifetime.ClosedHere();
    }

    /// <summary>Lets go of the claim: an end, or more, may have been asked for.</summary>
    public void End()
    {
        lock (_side.Gate)
            call.EndLocked();
        _side.SendAndWake();
    }
}

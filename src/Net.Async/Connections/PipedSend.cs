using System.Net.Sockets;

namespace Net.Async;

/// <summary>Sending past the pipe what is in a pipe of the kernel's.</summary>
internal readonly struct PipedSend(WriteCall call)
{
    private readonly SendSide _side = call.Side;
    private readonly KernelSend _send = new(call);

    /// <summary>Sends all of it, and waits as often as the transport does.</summary>
    /// <returns>False when bytes are left, which the caller copies: something else is being sent, or the kernel cannot do it.</returns>
    public async ValueTask<bool> SendAsync(PipedBytes bytes)
    {
        var (side, send) = (_side, _send);
        if (!send.TryBegin(bytes.Count))
            return false;
        var error = await bytes.SendAsync(side.Lifetime.Stream, sent => side.Record(sent, ofBuffer: false)).ConfigureAwait(false);
        var failure = error == SocketError.Success ? null : send.Fail(error);
        send.End();
        return failure is null ? bytes.Count == 0 : throw failure;
    }
}

using System.Net.Sockets;

namespace Net.Async.Testing;

/// <summary>Moves the bytes between a link and the stream below, as they come and as they arrive.</summary>
internal static class FaultLoop
{
    private const int Piece = 16 * 1024;

    /// <summary>Everything that the stream receives enters the link, its end or error included.</summary>
    public static async Task ReceiveAsync(TransportStream stream, FaultLink link)
    {
        var buffer = new byte[Piece];
        var error = SocketError.Success;
        while (error is SocketError.Success && await link.WaitForRoomAsync().ConfigureAwait(false) is var room and > 0)
        {
            var received = stream.TryReceive(buffer.AsSpan(0, Math.Min(room, Piece)));
            if (received.Count > 0)
                link.Add(buffer.AsSpan(0, received.Count));
            else if (received.IsSuccess)
                break;
            else
                error = received.IsWouldBlock ? await stream.WaitReadableAsync().ConfigureAwait(false) : received.Error;
        }

        link.End(error);
    }

    /// <summary>Everything that arrives in the link is sent, its end included.</summary>
    /// <returns>The link's own error; success, too, when the stream below has failed, which the link then says.</returns>
    public static async ValueTask<SocketError> SendAsync(FaultLink link, TransportStream stream)
    {
        var buffer = new byte[Piece];
        while (await link.TakeAsync(buffer).ConfigureAwait(false) is var taken)
        {
            if (!taken.IsSuccess)
                return taken.Error;
            var error = taken.Count > 0
                ? await stream.SendAsync(buffer.AsMemory(0, taken.Count)).ConfigureAwait(false)
                : await stream.EndSendingAsync().ConfigureAwait(false);
            if (error is not SocketError.Success)
                link.EndInstead(error);
            if (error is not SocketError.Success || taken.Count == 0)
                break;
        }

        return SocketError.Success;
    }
}

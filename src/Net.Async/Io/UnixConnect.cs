using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>Connects a Unix socket on Linux, for every engine: when the listener's queue is full, the connect waits, as one of TCP's does.</summary>
/// <remarks>connect(2) of a non-blocking one says EAGAIN then, and no event tells when there is room: it is tried again.</remarks>
internal static class UnixConnect
{
    private static readonly TimeSpan s_shortest = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan s_longest = TimeSpan.FromMilliseconds(16);

    /// <summary>Connects a non-blocking descriptor that no one else can close.</summary>
    public static async ValueTask<SocketError> RunAsync(int descriptor, UnixDomainSocketEndPoint endPoint, TimeProvider time, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var address = endPoint.Serialize();
        if (!UnixConnectLine.Exists(address) && SocketCalls.Connect(descriptor, address) is not SocketError.WouldBlock and var error)
            return error;
        var line = UnixConnectLine.Join(address);
        try
        {
            await line.WaitForTurnAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                return await TryUntilThereIsRoomAsync(descriptor, address, time, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                line.EndTurn();
            }
        }
        finally
        {
            line.Leave();
        }
    }

    // One connect an address tries, the others wait for their turn: the pause may be short.
    private static async ValueTask<SocketError> TryUntilThereIsRoomAsync(int descriptor, SocketAddress address, TimeProvider time, CancellationToken cancellationToken)
    {
        for (var pause = s_shortest; ; pause = pause < s_longest ? pause * 2 : s_longest)
        {
            if (SocketCalls.Connect(descriptor, address) is not SocketError.WouldBlock and var error)
                return error;
            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
        }
    }
}

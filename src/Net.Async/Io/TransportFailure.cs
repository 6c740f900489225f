using System.Net.Sockets;

namespace Net.Async;

/// <summary>What an exception is to a connection whose transport threw it.</summary>
internal static class TransportFailure
{
    public static SocketError ErrorOf(Exception exception) => CodeOf(exception) switch
    {
        // No failures as a result of a call: the connection would take them for the peer's end, or try for ever.
        SocketError.Success or SocketError.WouldBlock => SocketError.SocketError,
        var code => code,
    };

    private static SocketError CodeOf(Exception exception) => exception switch
    {
        IOException { InnerException: SocketException inner } => inner.SocketErrorCode,
        SocketException socket => socket.SocketErrorCode,
        ConnectionException { Error: ConnectionError.Reset } => SocketError.ConnectionReset,
        ObjectDisposedException or OperationCanceledException => SocketError.OperationAborted,
        // Not known to be a reset: the exception says what it is.
        _ => SocketError.SocketError,
    };
}

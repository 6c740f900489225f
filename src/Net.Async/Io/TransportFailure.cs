using System.Net.Sockets;

namespace Net.Async;

/// <summary>What an exception is to a connection whose transport threw it.</summary>
internal static class TransportFailure
{
    public static SocketError ErrorOf(Exception exception) => exception switch
    {
        IOException { InnerException: SocketException inner } => inner.SocketErrorCode,
        SocketException socket => socket.SocketErrorCode,
        ConnectionException { Error: ConnectionError.Reset } => SocketError.ConnectionReset,
        ObjectDisposedException or OperationCanceledException => SocketError.OperationAborted,
        // Not known to be a reset: the exception says what it is.
        _ => SocketError.SocketError,
    };
}

using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Net.Async;

/// <summary>What went wrong with a host's pipe, as a transport says it.</summary>
/// <param name="Error">The error; never one that stands for waiting or success.</param>
/// <param name="Exception">The pipe's exception; null when it only said that it takes no more.</param>
internal sealed record PipeFailure(SocketError Error, Exception? Exception)
{
    /// <summary>The host takes no more bytes, and has not said why.</summary>
    public static PipeFailure NotTaken { get; } = new(SocketError.Shutdown, null);

    public static PipeFailure Of(Exception exception) => new(
        exception switch
        {
            ConnectionResetException or ConnectionException { Error: ConnectionError.Reset } => SocketError.ConnectionReset,
            // The host, the application or a middleware has ended it from this side.
            ConnectionAbortedException or OperationCanceledException or ObjectDisposedException => SocketError.OperationAborted,
            ConnectionException { Error: ConnectionError.TimedOut } => SocketError.TimedOut,
            IOException { InnerException: SocketException { SocketErrorCode: not (SocketError.Success or SocketError.WouldBlock) and var error } } => error,
            // Not known to be a reset: the exception says what it is.
            _ => SocketError.SocketError,
        },
        exception);
}

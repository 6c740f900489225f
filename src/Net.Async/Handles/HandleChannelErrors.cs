using System.Net.Sockets;

namespace Net.Async;

/// <summary>How a handle channel says that it has ended.</summary>
internal static class HandleChannelErrors
{
    /// <summary>The kernel did not take a message, or has none any more.</summary>
    public static ConnectionException Ended(StreamConnection connection, SocketException cause) =>
        new(cause.ToConnectionError(), cause.IsShortage()
            ? "Too many handles are on their way to other processes, or memory has run out: nothing was sent."
            : "The handle channel has ended: the other process closed it, or ended itself.", connection.RemoteEndPoint, cause);

    /// <summary>The other process has sent no message of ours. Nothing behind it can be understood any more: the channel ends.</summary>
    public static ConnectionException Break(StreamConnection connection, string problem)
    {
        var exception = new ConnectionException(ConnectionError.Aborted, $"The handle channel is broken: {problem}.", connection.RemoteEndPoint);
        connection.Abort(exception);
        return exception;
    }
}

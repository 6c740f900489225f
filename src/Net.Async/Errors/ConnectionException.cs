using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>A peer, the network or a time limit ended something: a connect, a listen, a read or a write.</summary>
/// <remarks>
/// Branch on <see cref="Error"/>. Your own cancellation is an <see cref="OperationCanceledException"/> with your token, and your own
/// mistake an argument or operation exception: neither is ever this type.
/// </remarks>
public class ConnectionException : IOException
{
    /// <summary>Makes the error with its message, its end point and its cause.</summary>
    /// <param name="error">What went wrong.</param>
    /// <param name="message">What, where and why, as one sentence.</param>
    /// <param name="endPoint">The end point concerned; null when there is none.</param>
    /// <param name="innerException">The cause, usually a <see cref="SocketException"/>.</param>
    public ConnectionException(ConnectionError error, string message, EndPoint? endPoint = null, Exception? innerException = null)
        : base(message, innerException)
    {
        Error = error;
        EndPoint = endPoint;
    }

    /// <summary>What went wrong.</summary>
    public ConnectionError Error { get; }

    /// <summary>The end point concerned: the remote one of a connection or connect, the local one of a listen; null when there is none.</summary>
    public EndPoint? EndPoint { get; }

    /// <summary>The operating system's error behind this one, or null.</summary>
    public SocketError? SocketError => (InnerException as SocketException)?.SocketErrorCode;
}

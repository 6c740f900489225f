using System.Collections.ObjectModel;
using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>A peer, the network or a time limit ended something: a connect, a listen, a read or a write.</summary>
/// <remarks>
/// Branch on <see cref="Error"/>. Your own cancellation is an <see cref="OperationCanceledException"/> with your token, and a mistake in the call
/// an argument or operation exception: neither is ever this type.
/// When no address of a host could be connected to, <see cref="Error"/> and the inner exception are those of the attempt that got furthest: one that connected and failed afterwards comes before one that was refused,
/// that one before a silent one, that one before a local failure; among equals the preferred family, then the earlier one. Without an attempt they are those of the look-up.
/// The text names no denied address and no rule; <see cref="Attempts"/> has the addresses.
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

    /// <summary>Every address of the host with what became of it: those that were dialled in the order in which they started, then those that were not tried, then the denied ones.</summary>
    /// <value>Empty when the look-up found none, and when this is no failed connect.</value>
    public IReadOnlyList<ConnectAttempt> Attempts { get; internal init; } = [];

    /// <summary>What the look-up of each family failed with; a family without an address is no failure.</summary>
    /// <value>Empty when no look-up failed.</value>
    public IReadOnlyDictionary<AddressFamily, Exception> LookupErrors { get; internal init; } = ReadOnlyDictionary<AddressFamily, Exception>.Empty;
}

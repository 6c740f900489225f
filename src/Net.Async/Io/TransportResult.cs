using System.Net.Sockets;

namespace Net.Async;

/// <summary>How one call to a transport ended: a number of bytes, or an error without the cost of an exception.</summary>
public readonly record struct TransportResult
{
    /// <summary>Makes a result.</summary>
    /// <param name="count">The number of bytes; 0 with an error.</param>
    /// <param name="error"><see cref="SocketError.Success"/>, or what went wrong.</param>
    public TransportResult(int count, SocketError error) => (Count, Error) = (count, error);

    /// <summary>The number of bytes; 0 with an error.</summary>
    public int Count { get; }

    /// <summary><see cref="SocketError.Success"/>, or what went wrong.</summary>
    public SocketError Error { get; }

    /// <summary>Nothing can be received, or taken, without waiting.</summary>
    public static TransportResult WouldBlock => new(0, SocketError.WouldBlock);

    /// <summary>Whether the call succeeded.</summary>
    public bool IsSuccess => Error == SocketError.Success;

    /// <summary>Whether the call would have had to wait.</summary>
    public bool IsWouldBlock => Error == SocketError.WouldBlock;

    /// <summary>A call that succeeded.</summary>
    /// <param name="count">The number of bytes, at least 0.</param>
    public static TransportResult Of(int count) => new(count, SocketError.Success);

    /// <summary>A call that failed.</summary>
    /// <param name="error">Any but <see cref="SocketError.Success"/>.</param>
    public static TransportResult Of(SocketError error) => new(0, error);
}

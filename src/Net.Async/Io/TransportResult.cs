using System.Net.Sockets;

namespace Net.Async;

/// <summary>How one call to a transport ended: a number of bytes, or an error without the price of an exception.</summary>
/// <param name="Count">The number of bytes; 0 with an error.</param>
/// <param name="Error"><see cref="SocketError.Success"/>, or what went wrong.</param>
public readonly record struct TransportResult(int Count, SocketError Error)
{
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

using System.Net.Sockets;

namespace Net.Async;

/// <summary>How one call to the kernel ended: bytes, or an error without the price of an exception.</summary>
internal readonly record struct IoResult(int Count, SocketError Error)
{
    public static IoResult WouldBlock => new(0, SocketError.WouldBlock);

    public bool IsSuccess => Error == SocketError.Success;

    public bool IsWouldBlock => Error == SocketError.WouldBlock;

    public static IoResult Of(int count) => new(count, SocketError.Success);

    public static IoResult Of(SocketError error) => new(0, error);
}

using System.Net.Sockets;

namespace Net.Async;

public abstract partial class Connection
{
    /// <summary>Makes a connected stream socket, TCP or Unix, a connection.</summary>
    /// <remarks>When the call succeeds, the connection owns the handle: the object given is closed then, without closing the socket. When it throws, the caller still owns the handle.</remarks>
    /// <param name="handle">The socket's handle (<see cref="Socket.SafeHandle"/>); do not use the socket object afterwards.</param>
    /// <param name="options">Null for the defaults. They are copied.</param>
    /// <param name="readable">False when this connection shall not read: its input has ended from the start.</param>
    /// <param name="writable">False when this connection shall not send: writing throws <see cref="InvalidOperationException"/>, and no FIN is sent.</param>
    /// <exception cref="ArgumentException">The handle is closed, or something else: a file, a datagram socket, a listener, not connected. The message says what. Or both directions are off.</exception>
    /// <exception cref="InvalidOperationException">The handle was adopted before.</exception>
    /// <exception cref="ConnectionException">An option cannot be set: the peer has gone.</exception>
    public static Connection FromHandle(SafeSocketHandle handle, ConnectionOptions? options = null, bool readable = true, bool writable = true) =>
        ConnectionAdoption.Adopt(handle, options, readable, writable);

    /// <summary>Makes a descriptor that this process has been given a connection: a connected stream socket, or an end of a pipe, which has one direction.</summary>
    /// <param name="descriptor">Its number, at least 0. When the call succeeds, the connection owns it; when it throws, the caller still does.</param>
    /// <param name="options">Null for the defaults. They are copied.</param>
    /// <param name="readable">As for the handle. The writing end of a pipe is never readable.</param>
    /// <param name="writable">As for the handle. The reading end of a pipe is never writable.</param>
    /// <exception cref="ArgumentException">The number is negative, the descriptor is not open, or something else; the message says what. Or both directions are off.</exception>
    /// <exception cref="InvalidOperationException">The descriptor was adopted before.</exception>
    /// <exception cref="ConnectionException">An option cannot be set: the peer has gone.</exception>
    /// <exception cref="PlatformNotSupportedException">Windows has no descriptors; pipes are adopted on Linux only.</exception>
    public static Connection FromHandle(int descriptor, ConnectionOptions? options = null, bool readable = true, bool writable = true) =>
        ConnectionAdoption.Adopt(descriptor, options, readable, writable);
}

using System.Net.Sockets;

namespace Net.Async;

public sealed partial class Server
{
    /// <summary>Serves on a stream socket, TCP or Unix, that is bound, or listens already. It starts listening if it does not.</summary>
    /// <remarks>
    /// When the call succeeds, the server owns the handle: the object given is closed then, without closing the socket. When it throws, the caller still owns the handle.
    /// Another process may have the same socket: the stop leaves it as it is, and never removes the file of a Unix socket.
    /// </remarks>
    /// <param name="handle">The socket's handle (<see cref="Socket.SafeHandle"/>); do not use the socket object afterwards.</param>
    /// <param name="options">Null for the defaults. They are copied. What <see cref="ServerOptions.Connection"/> sets is set on the socket, for all processes that accept on it; its backlog stays while it listens already.</param>
    /// <exception cref="ArgumentException">The handle is closed, or something else: a file, a pipe, a datagram socket, a connection, not bound. The message says what.</exception>
    /// <exception cref="InvalidOperationException">The handle was adopted before.</exception>
    /// <exception cref="ConnectionException">The socket cannot listen.</exception>
    public static Server FromHandle(SafeSocketHandle handle, ServerOptions? options = null)
    {
        options ??= new();
        return ServerAdoption.Start([AdoptedSocket.AdoptListening(handle, options.Listener.Backlog, options.Tuning(), nameof(handle))], options);
    }

    /// <summary>Serves on a descriptor that this process was started with; as text it is <c>fd:3</c>.</summary>
    /// <param name="descriptor">Its number, at least 0. When the call succeeds, the server owns it; when it throws, the caller still does.</param>
    /// <param name="options">As for the handle.</param>
    /// <exception cref="ArgumentException">The number is negative, the descriptor is not open, or something else; the message says what.</exception>
    /// <exception cref="InvalidOperationException">The descriptor was adopted before.</exception>
    /// <exception cref="ConnectionException">The socket cannot listen.</exception>
    /// <exception cref="PlatformNotSupportedException">Windows has no descriptors.</exception>
    public static Server FromHandle(int descriptor, ServerOptions? options = null)
    {
        options ??= new();
        return ServerAdoption.Start([AdoptedSocket.AdoptListening(descriptor, options.Listener.Backlog, options.Tuning(), nameof(descriptor))], options);
    }
}

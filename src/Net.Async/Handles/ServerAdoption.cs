using System.Net.Sockets;

namespace Net.Async;

/// <summary>Servers on sockets that were made elsewhere.</summary>
/// <remarks>A static extension, since the room of servers knows nothing of where handles come from.</remarks>
public static class ServerAdoption
{
    extension(Server)
    {
        /// <summary>Serves on a stream socket, TCP or Unix, that is bound, or listens already. It starts listening if it does not.</summary>
        /// <remarks>
        /// The handle is the server's once this returns: the object given is closed then, without closing the socket. When this throws, it is still yours.
        /// Another process may have the same socket: the stop leaves it as it is, and never removes the file of a Unix socket.
        /// </remarks>
        /// <param name="handle">The socket's handle (<see cref="Socket.SafeHandle"/>); forget the socket object.</param>
        /// <param name="options">Null for the defaults. What <see cref="ServerOptions.Connection"/> sets is set on the socket, for all who accept on it; its backlog stays while it listens already.</param>
        /// <exception cref="ArgumentException">The handle is closed, or something else: a file, a pipe, a datagram socket, a connection, not bound. The message says what.</exception>
        /// <exception cref="InvalidOperationException">It was adopted before.</exception>
        /// <exception cref="ConnectionException">It cannot listen.</exception>
        public static Server FromHandle(SafeSocketHandle handle, ServerOptions? options = null)
        {
            options ??= ServerOptions.Default;
            return Start([AdoptedSocket.AdoptListening(handle, options.Backlog, options.Tuning(), nameof(handle))], options);
        }

        /// <summary>Serves on a descriptor that this process was started with; as text it is <c>fd:3</c>.</summary>
        /// <param name="descriptor">Its number, 0 and more. It is the server's once this returns; when this throws, it is still yours.</param>
        /// <param name="options">As for the handle.</param>
        /// <exception cref="ArgumentException">It is negative, not open, or something else; the message says what.</exception>
        /// <exception cref="InvalidOperationException">It was adopted before.</exception>
        /// <exception cref="ConnectionException">It cannot listen.</exception>
        /// <exception cref="PlatformNotSupportedException">Windows has no descriptors.</exception>
        public static Server FromHandle(int descriptor, ServerOptions? options = null)
        {
            options ??= ServerOptions.Default;
            return Start([AdoptedSocket.AdoptListening(descriptor, options.Backlog, options.Tuning(), nameof(descriptor))], options);
        }
    }

    internal static SocketTuning Tuning(this ServerOptions options) => options.Connection.ToSettings().Tuning;

    internal static Server Start(IReadOnlyList<Socket> adopted, ServerOptions options)
    {
        var server = new Server([.. adopted.Select(socket => options.Connection.Engine.Adopt(socket, options.Tuning()))], options);
        server.Start();
        return server;
    }
}

using System.IO.Pipes;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Net.Async;

/// <summary>Connections over handles that were made elsewhere.</summary>
/// <remarks>A static extension, since the room of connections knows nothing of where handles come from.</remarks>
public static class ConnectionAdoption
{
    extension(Connection)
    {
        /// <summary>Makes a connected stream socket, TCP or Unix, a connection.</summary>
        /// <remarks>The handle is the connection's once this returns: the object given is closed then, without closing the socket. When this throws, it is still yours.</remarks>
        /// <param name="handle">The socket's handle (<see cref="Socket.SafeHandle"/>); forget the socket object.</param>
        /// <param name="options">Null for the defaults.</param>
        /// <param name="readable">False when the peer's bytes are none of this connection's: its input has ended from the start.</param>
        /// <param name="writable">False when nothing is to be sent by this connection: writing throws <see cref="InvalidOperationException"/>, and no FIN is sent.</param>
        /// <exception cref="ArgumentException">The handle is closed, or something else: a file, a datagram socket, a listener, not connected. The message says what. Or it goes neither way.</exception>
        /// <exception cref="InvalidOperationException">It was adopted before.</exception>
        /// <exception cref="ConnectionException">An option cannot be set: the peer has gone.</exception>
        public static Connection FromHandle(SafeSocketHandle handle, ConnectionOptions? options = null, bool readable = true, bool writable = true)
        {
            ThrowIfNoWay(readable, writable);
            options ??= ConnectionOptions.Default;
            return Make(AdoptedSocket.AdoptConnected(handle, options.ToSettings().Tuning, nameof(handle)), options, readable, writable);
        }

        /// <summary>Makes a descriptor that this process has been given a connection: a connected stream socket, or an end of a pipe, which goes one way.</summary>
        /// <param name="descriptor">Its number, 0 and more. It is the connection's once this returns; when this throws, it is still yours.</param>
        /// <param name="options">Null for the defaults.</param>
        /// <param name="readable">As for the handle. The writing end of a pipe is never readable.</param>
        /// <param name="writable">As for the handle. The reading end of a pipe is never writable.</param>
        /// <exception cref="ArgumentException">It is negative, not open, or something else; the message says what. Or it goes neither way.</exception>
        /// <exception cref="InvalidOperationException">It was adopted before.</exception>
        /// <exception cref="ConnectionException">An option cannot be set: the peer has gone.</exception>
        /// <exception cref="PlatformNotSupportedException">Windows has no descriptors; pipes are adopted on Linux only.</exception>
        public static Connection FromHandle(int descriptor, ConnectionOptions? options = null, bool readable = true, bool writable = true)
        {
            ThrowIfNoWay(readable, writable);
            options ??= ConnectionOptions.Default;
            return OperatingSystem.IsLinux() && Descriptors.KindOf(descriptor) == DescriptorKind.Pipe
                ? FromPipe(AdoptedSocket.HandleOf(descriptor, nameof(descriptor)), options, readable, writable)
                : Make(AdoptedSocket.AdoptConnected(descriptor, options.ToSettings().Tuning, nameof(descriptor)), options, readable, writable);
        }
    }

    internal static Connection Make(Socket adopted, ConnectionOptions options, bool readable = true, bool writable = true) =>
        Make(options.Engine.Adopt(adopted), options, readable, writable);

    private static StreamConnection Make(TransportStream stream, ConnectionOptions options, bool readable, bool writable)
    {
        var connection = new StreamConnection(stream, options);
        connection.LimitTo(readable, writable);
        connection.Start();
        return connection;
    }

    [SupportedOSPlatform("linux")]
    private static StreamConnection FromPipe(SafeSocketHandle descriptor, ConnectionOptions options, bool readable, bool writable)
    {
        var number = (int)descriptor.DangerousGetHandle();
        var ways = Descriptors.Directions(number);
        (readable, writable) = (readable && ways.Readable, writable && ways.Writable);
        if (!readable && !writable)
            throw new ArgumentException(AdoptedSocket.Describe(descriptor, $"the {(ways.Readable ? "reading" : "writing")} end of a pipe, and goes no other way"), nameof(descriptor));
        if (readable && writable)
            throw new ArgumentException(AdoptedSocket.Describe(descriptor, "a pipe opened for both ways, which would read what it writes: say which way is wanted"), nameof(descriptor));
        var owner = AdoptedSocket.TransferOwnership(descriptor, new SafePipeHandle(number, ownsHandle: true), nameof(descriptor));
        Descriptors.SetInherited(number, false);
        var pipe = new AnonymousPipeClientStream(readable ? PipeDirection.In : PipeDirection.Out, owner);
        return Make(new NamedPipeStream(pipe, new DescriptorEndPoint(number), null), options, readable, writable);
    }

    private static void ThrowIfNoWay(bool readable, bool writable)
    {
        if (!readable && !writable)
            throw new ArgumentException("A connection is readable, writable, or both.", nameof(readable));
    }
}

using System.Net.Sockets;

namespace Net.Async;

/// <summary>The errors of sendmsg and recvmsg that are told apart (errno(3), Linux).</summary>
internal static class LinuxErrors
{
    public const int Interrupted = 4;

    public static SocketError Of(int error) => error switch
    {
        11 => SocketError.WouldBlock,
        9 => SocketError.OperationAborted,
        // EPIPE, ECONNRESET, ENOTCONN: the other process has gone.
        32 or 104 or 107 => SocketError.ConnectionReset,
        // ENOMEM, EMFILE, ENFILE, ENOBUFS, and ETOOMANYREFS: too many descriptors are on their way.
        12 or 24 or 23 or 105 or 109 => SocketError.NoBufferSpaceAvailable,
        1 or 13 => SocketError.AccessDenied,
        22 => SocketError.InvalidArgument,
        _ => SocketError.SocketError,
    };
}

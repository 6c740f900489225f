using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Net.Async;

/// <summary>The one table of Linux's error numbers: each as the base class library names it, so that both engines report the same error for the same fact.</summary>
/// <remarks>The numbers are those of every architecture that .NET runs on (asm-generic/errno.h).</remarks>
internal static class Errno
{
    public const int NoSuchFile = 2, Interrupted = 4, WouldBlock = 11, OutOfMemory = 12, NotADirectory = 20, TooManyOpenFiles = 24, InProgress = 115;

    /// <summary>The number that the call made on this thread just now has left.</summary>
    public static int LastNumber => Marshal.GetLastSystemError();

    /// <summary>The error of the call made on this thread just now.</summary>
    public static SocketError Last => ToSocketError(LastNumber);

    /// <summary>A signal came before the call began: it is made again.</summary>
    public static bool IsInterrupted => LastNumber == Interrupted;

    /// <summary>The error of a call that returns 0 when it succeeds.</summary>
    public static SocketError Of(int result) => result == 0 ? SocketError.Success : Last;

    public static SocketError ToSocketError(int number) => number switch
    {
        0 => SocketError.Success,
        WouldBlock => SocketError.WouldBlock,
        104 => SocketError.ConnectionReset,
        // EPIPE, as the base class library has it; SocketErrors makes both a reset.
        32 => SocketError.Shutdown,
        1 or 13 => SocketError.AccessDenied,
        Interrupted => SocketError.Interrupted,
        6 => SocketError.HostNotFound,
        9 or 125 => SocketError.OperationAborted,
        14 => SocketError.Fault,
        22 => SocketError.InvalidArgument,
        // ENFILE and EMFILE.
        23 or TooManyOpenFiles => SocketError.TooManyOpenSockets,
        61 => SocketError.NoData,
        88 => SocketError.NotSocket,
        89 => SocketError.DestinationAddressRequired,
        90 => SocketError.MessageSize,
        91 => SocketError.ProtocolType,
        92 => SocketError.ProtocolOption,
        93 => SocketError.ProtocolNotSupported,
        94 => SocketError.SocketNotSupported,
        95 => SocketError.OperationNotSupported,
        96 => SocketError.ProtocolFamilyNotSupported,
        97 => SocketError.AddressFamilyNotSupported,
        98 => SocketError.AddressAlreadyInUse,
        NoSuchFile or 99 => SocketError.AddressNotAvailable,
        100 => SocketError.NetworkDown,
        101 => SocketError.NetworkUnreachable,
        102 => SocketError.NetworkReset,
        103 => SocketError.ConnectionAborted,
        // ENOBUFS, and ETOOMANYREFS: too many descriptors are on their way to other processes (unix(7)).
        105 or 109 => SocketError.NoBufferSpaceAvailable,
        106 => SocketError.IsConnected,
        107 => SocketError.NotConnected,
        108 => SocketError.Disconnecting,
        110 => SocketError.TimedOut,
        111 => SocketError.ConnectionRefused,
        112 => SocketError.HostDown,
        113 => SocketError.HostUnreachable,
        114 => SocketError.AlreadyInProgress,
        InProgress => SocketError.InProgress,
        // These have no name of their own: SocketErrors tells them apart by the number.
        OutOfMemory or NotADirectory => (SocketError)number,
        _ => SocketError.SocketError,
    };
}

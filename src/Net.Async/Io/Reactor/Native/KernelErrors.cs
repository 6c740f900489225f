using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Net.Async;

/// <summary>Linux's error numbers as the base class library names them, so that both engines report the same error for the same fact.</summary>
/// <remarks>The numbers are those of every architecture that .NET runs on (asm-generic/errno.h).</remarks>
internal static class KernelErrors
{
    public const int Interrupted = 4, Again = 11, InProgress = 115;

    /// <summary>The error of the call that was just made on this thread.</summary>
    public static SocketError Last() => Of(Marshal.GetLastSystemError());

    /// <summary>A signal came before the call began: it is made again.</summary>
    public static bool IsInterrupted() => Marshal.GetLastSystemError() == Interrupted;

    public static SocketError Of(int number) => number switch
    {
        0 => SocketError.Success,
        Again => SocketError.WouldBlock,
        104 => SocketError.ConnectionReset,
        32 => SocketError.Shutdown,
        1 or 13 => SocketError.AccessDenied,
        Interrupted => SocketError.Interrupted,
        6 => SocketError.HostNotFound,
        9 or 125 => SocketError.OperationAborted,
        14 => SocketError.Fault,
        22 => SocketError.InvalidArgument,
        23 or 24 => SocketError.TooManyOpenSockets,
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
        2 or 99 => SocketError.AddressNotAvailable,
        100 => SocketError.NetworkDown,
        101 => SocketError.NetworkUnreachable,
        102 => SocketError.NetworkReset,
        103 => SocketError.ConnectionAborted,
        105 => SocketError.NoBufferSpaceAvailable,
        106 => SocketError.IsConnected,
        107 => SocketError.NotConnected,
        108 => SocketError.Disconnecting,
        110 => SocketError.TimedOut,
        111 => SocketError.ConnectionRefused,
        112 => SocketError.HostDown,
        113 => SocketError.HostUnreachable,
        114 => SocketError.AlreadyInProgress,
        InProgress => SocketError.InProgress,
        // ENOMEM and ENOTDIR have no name of their own: the number itself is told apart later.
        12 or 20 => (SocketError)number,
        _ => SocketError.SocketError,
    };
}

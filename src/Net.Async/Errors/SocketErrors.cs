using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>The one table from the operating system's errors to ours.</summary>
internal static class SocketErrors
{
    public static ConnectionError ToConnectionError(this SocketError error) => error switch
    {
        // A peer that is gone shows as RST on a read, EPIPE on a write and "aborted" on Windows: one fact, one name.
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown
            or SocketError.NetworkReset or SocketError.NotConnected => ConnectionError.Reset,
        SocketError.OperationAborted or SocketError.Interrupted => ConnectionError.Aborted,
        SocketError.TimedOut => ConnectionError.TimedOut,
        SocketError.ConnectionRefused => ConnectionError.Refused,
        SocketError.AddressAlreadyInUse => ConnectionError.AddressInUse,
        SocketError.AddressNotAvailable => ConnectionError.AddressNotAvailable,
        SocketError.AddressFamilyNotSupported or SocketError.ProtocolFamilyNotSupported => ConnectionError.AddressFamilyNotSupported,
        SocketError.NetworkUnreachable or SocketError.NetworkDown => ConnectionError.NetworkUnreachable,
        SocketError.HostUnreachable or SocketError.HostDown => ConnectionError.HostUnreachable,
        SocketError.HostNotFound or SocketError.NoData => ConnectionError.HostNotFound,
        SocketError.TryAgain or SocketError.NoRecovery => ConnectionError.LookupFailed,
        SocketError.AccessDenied => ConnectionError.AccessDenied,
        SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable => ConnectionError.ResourceShortage,
        SocketError.OperationNotSupported or SocketError.ProtocolNotSupported or SocketError.SocketNotSupported => ConnectionError.NotSupported,
        _ => ConnectionError.Unknown,
    };

    /// <summary>Like the table, with the errors that the base class library reports as "unknown" told apart by their native number.</summary>
    public static ConnectionError ToConnectionError(this SocketException exception) => exception.SocketErrorCode switch
    {
        // ENOENT, ENOTDIR and ENOMEM have no SocketError; their numbers are the same on every Unix.
        _ when !OperatingSystem.IsWindows() && exception.NativeErrorCode is Errno.NoSuchFile or Errno.NotADirectory => ConnectionError.PathNotFound,
        _ when !OperatingSystem.IsWindows() && exception.NativeErrorCode == Errno.OutOfMemory => ConnectionError.ResourceShortage,
        var error => error.ToConnectionError(),
    };

    /// <summary>Descriptors, buffers or memory have run out: pause and go on, the next accept may succeed.</summary>
    public static bool IsShortage(this SocketException exception) => exception.ToConnectionError() == ConnectionError.ResourceShortage;

    /// <summary>accept(2) hands over the pending errors of the one new connection: they say nothing about the listener.</summary>
    public static bool IsTroubleOfOneConnection(this SocketException exception) => exception.SocketErrorCode is
        SocketError.ConnectionAborted or SocketError.ConnectionReset or SocketError.ProtocolNotSupported or SocketError.ProtocolType
        or SocketError.NetworkDown or SocketError.NetworkUnreachable or SocketError.NetworkReset or SocketError.HostDown
        or SocketError.HostUnreachable or SocketError.OperationNotSupported or SocketError.ProtocolOption or SocketError.TimedOut
        or SocketError.AccessDenied or SocketError.TryAgain or SocketError.WouldBlock or SocketError.Interrupted
        // What the base class library has no name for, EPROTO and ENONET among it. The accept loop continues, at a bounded pace.
        or SocketError.SocketError;

    /// <summary>Like the table, for a connect(2) of TCP. A shortage of local ports, which passes, has the error number of an address that is none of this machine's.</summary>
    /// <param name="exception">What the kernel said.</param>
    /// <param name="portIsWanted">The port to connect from was chosen by the user.</param>
    /// <param name="hasSource">Whether this machine has an address to connect from; asked for only where that decides.</param>
    public static ConnectionError ToErrorOfConnect(this SocketException exception, bool portIsWanted, Func<bool> hasSource) => exception.SocketErrorCode switch
    {
        // Linux says the first, Windows the second.
        SocketError.AddressNotAvailable when !hasSource() => ConnectionError.AddressNotAvailable,
        SocketError.AddressNotAvailable or SocketError.AddressAlreadyInUse => portIsWanted ? ConnectionError.AddressInUse : ConnectionError.ResourceShortage,
        _ => exception.ToConnectionError(),
    };

    /// <summary>Like the table, for a bind(2): to port 0, "in use" says that no port is left.</summary>
    public static ConnectionError ToErrorOfBind(this SocketException exception, EndPoint endPoint) =>
        exception.SocketErrorCode == SocketError.AddressAlreadyInUse && endPoint is IPEndPoint { Port: 0 } ? ConnectionError.ResourceShortage : exception.ToConnectionError();

    public static ConnectionException Failure(string what, EndPoint endPoint, SocketException exception) => Failure(what, endPoint, exception, exception.ToConnectionError());

    public static ConnectionException Failure(string what, EndPoint endPoint, SocketException exception, ConnectionError error, EndPoint? from = null)
    {
        // The base class library folds ENOENT into "address not available".
        if (error == ConnectionError.AddressNotAvailable && endPoint is UnixDomainSocketEndPoint)
            error = ConnectionError.PathNotFound;
        return new ConnectionException(error, $"Could not {what} {NetEndPoint.Format(endPoint)}{(from is null ? "" : " from " + NetEndPoint.Format(from))}: {Describe(error, exception)}.", endPoint, exception);
    }

    private static string Describe(ConnectionError error, SocketException exception) => error switch
    {
        ConnectionError.Refused => "refused, no server listens there",
        ConnectionError.AddressInUse => "the address is in use",
        ConnectionError.AddressNotAvailable => "the address is not one of this machine's",
        ConnectionError.AddressFamilyNotSupported => "the address family is not supported here",
        ConnectionError.NetworkUnreachable => "no route to the network",
        ConnectionError.HostUnreachable => "no route to the host",
        ConnectionError.HostNotFound => "the name has no address",
        ConnectionError.LookupFailed => "the name servers could not tell",
        ConnectionError.AccessDenied => "the permission is missing",
        ConnectionError.PathNotFound => "the path does not exist",
        ConnectionError.ResourceShortage when exception.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.AddressAlreadyInUse => "this machine's local ports are used up",
        ConnectionError.ResourceShortage => "descriptors or memory have run out",
        ConnectionError.Reset => "the peer reset the connection",
        ConnectionError.TimedOut => "timed out",
        _ => exception.Message.TrimEnd('.'),
    };
}

using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>Sockets to listen with, whatever the engine: bound, not yet listening.</summary>
internal static class ListenSocket
{
    /// <summary>Binds at once, or throws <see cref="ConnectionException"/> with the address in it.</summary>
    public static ListenBinding Bind(EndPoint endPoint, ListenSettings settings)
    {
        ThrowIfUnsupported(endPoint, settings);
        if (endPoint is UnixDomainSocketEndPoint unix)
            return UnixListenSocket.Bind(unix, settings);
        try
        {
            return BindTcp((IPEndPoint)endPoint, settings);
        }
        catch (ConnectionException exception) when (IPv4Instead((IPEndPoint)endPoint, settings.DualStack, exception.Error) is { } instead)
        {
            return BindTcp(instead, settings);
        }
    }

    /// <summary>Both families' "any" on a machine without IPv6 is that of IPv4; null when the error is the answer.</summary>
    public static IPEndPoint? IPv4Instead(IPEndPoint endPoint, bool dualStack, ConnectionError error) =>
        dualStack && endPoint.Address.Equals(IPAddress.IPv6Any) && error is ConnectionError.AddressFamilyNotSupported or ConnectionError.AddressNotAvailable
            ? new IPEndPoint(IPAddress.Any, endPoint.Port)
            : null;

    private static ListenBinding BindTcp(IPEndPoint endPoint, ListenSettings settings)
    {
        // At the bind of what it knows to be TCP, the base class library sets SO_REUSEADDR by itself on Unix.
        var plain = settings.ReuseAddress || OperatingSystem.IsWindows();
        var socket = NewSocket.Make(endPoint, plain ? ProtocolType.Tcp : ProtocolType.Unspecified);
        try
        {
            if (endPoint.AddressFamily == AddressFamily.InterNetworkV6)
                socket.DualMode = settings.DualStack;
            if (settings.ReusePort)
                socket.SetRawSocketOption(LibC.SocketLevel, LibC.ReusePortOption, BitConverter.GetBytes(1));
            // Linux hands the listener's options on to what it accepts: one call instead of one a connection.
            settings.Connection.Tuning.ApplyTo(socket);
            socket.Bind(endPoint);
            return new ListenBinding(plain ? socket : KnownAsTcp(socket), endPoint, null);
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw SocketErrors.Failure("listen on", endPoint, exception, exception.ToErrorOfBind(endPoint));
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // The same descriptor in an object that has asked the kernel what it is. The first object must not close it one day.
    [SuppressMessage("Usage", "CA1816", Justification = "The finalizer of the other object is the one that must not run.")]
    private static Socket KnownAsTcp(Socket socket)
    {
        GC.SuppressFinalize(socket);
        return new Socket(socket.SafeHandle);
    }

    private static void ThrowIfUnsupported(EndPoint endPoint, ListenSettings settings)
    {
        if (OperatingSystem.IsLinux())
            return;
        if (settings.ReusePort && endPoint is IPEndPoint)
            throw new NotSupportedException("ReusePort (SO_REUSEPORT) shares connections out on Linux only.");
        if (settings.FileMode is not null && endPoint is UnixDomainSocketEndPoint)
            throw new NotSupportedException("UnixFileMode is applied without a race on Linux only.");
        if (settings.ReplaceStaleSocket && endPoint is UnixDomainSocketEndPoint)
            throw new NotSupportedException("ReplaceStaleSocket exists on Linux only.");
    }
}

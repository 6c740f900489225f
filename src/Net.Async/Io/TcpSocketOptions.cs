using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Net.Async;

/// <summary>The TCP options that the base class library has no plain setter for.</summary>
internal static class TcpSocketOptions
{
    /// <summary>Null turns the probes off.</summary>
    public static void SetKeepAlive(Socket socket, KeepAlive? keepAlive)
    {
        if (keepAlive?.Delay is { } delay)
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, WholeSeconds(delay));
        if (keepAlive?.Interval is { } interval)
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, WholeSeconds(interval));
        if (keepAlive?.Count is { } count)
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, count);
        // Last: probes never go out with values that are still being set.
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, keepAlive is not null);
    }

    /// <summary>IP_TOS, and IPV6_TCLASS beside it: a dual-stack socket sends by either.</summary>
    public static void SetTypeOfService(Socket socket, byte value)
    {
        if (socket.AddressFamily == AddressFamily.InterNetwork || socket.DualMode)
            socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.TypeOfService, value);
        if (socket.AddressFamily == AddressFamily.InterNetworkV6 && OperatingSystem.IsLinux())
            SetRaw(socket, LibC.IPv6Level, LibC.IPv6TrafficClassOption, value);
    }

    public static byte GetTypeOfService(Socket socket) => (byte)(socket.AddressFamily == AddressFamily.InterNetworkV6 && OperatingSystem.IsLinux()
        ? GetRaw(socket, LibC.IPv6Level, LibC.IPv6TrafficClassOption)
        : (int)socket.GetSocketOption(SocketOptionLevel.IP, SocketOptionName.TypeOfService)!);

    /// <summary>How long sent data may stay unacknowledged (TCP_USER_TIMEOUT, RFC 5482); zero is the system's.</summary>
    /// <exception cref="NotSupportedException">Not on Linux.</exception>
    public static void SetUserTimeout(Socket socket, TimeSpan value)
    {
        ThrowIfNotLinux("UserTimeout");
        SetRaw(socket, LibC.TcpLevel, LibC.TcpUserTimeoutOption, (int)value.TotalMilliseconds);
    }

    public static TimeSpan GetUserTimeout(Socket socket)
    {
        ThrowIfNotLinux("UserTimeout");
        return TimeSpan.FromMilliseconds(GetRaw(socket, LibC.TcpLevel, LibC.TcpUserTimeoutOption));
    }

    private static int WholeSeconds(TimeSpan value) => (int)Math.Ceiling(value.TotalSeconds);

    private static void ThrowIfNotLinux(string name)
    {
        if (!OperatingSystem.IsLinux())
            throw new NotSupportedException($"{name} (TCP_USER_TIMEOUT) exists on Linux only.");
    }

    private static void SetRaw(Socket socket, int level, int name, int value) => socket.SetRawSocketOption(level, name, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in value)));

    private static int GetRaw(Socket socket, int level, int name)
    {
        var value = 0;
        socket.GetRawSocketOption(level, name, MemoryMarshal.AsBytes(new Span<int>(ref value)));
        return value;
    }
}

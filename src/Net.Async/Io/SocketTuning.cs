using System.Net.Sockets;

namespace Net.Async;

/// <summary>The options that a connection's socket starts with. What is null stays the system's.</summary>
internal readonly record struct SocketTuning(bool NoDelay, KeepAlive? KeepAlive, byte? TypeOfService, TimeSpan? UserTimeout, int? ReceiveBufferSize, int? SendBufferSize)
{
    /// <summary>Whether what a listener of this family accepts has to be given them again. On Linux a TCP socket inherits its listener's: once there, not once a connection.</summary>
    public bool IsNotInherited(AddressFamily family) => !OperatingSystem.IsLinux() || (family == AddressFamily.Unix && (ReceiveBufferSize ?? SendBufferSize) is not null);

    /// <summary>Sets them.</summary>
    public void ApplyTo(Socket socket)
    {
        if (ReceiveBufferSize is { } receive)
            socket.ReceiveBufferSize = receive;
        if (SendBufferSize is { } send)
            socket.SendBufferSize = send;
        if (socket.AddressFamily is not (AddressFamily.InterNetwork or AddressFamily.InterNetworkV6))
            return;
        socket.NoDelay = NoDelay;
        if (KeepAlive is not null)
            TcpSocketOptions.SetKeepAlive(socket, KeepAlive);
        if (TypeOfService is { } service)
            TcpSocketOptions.SetTypeOfService(socket, service);
        if (UserTimeout is { } timeout)
            TcpSocketOptions.SetUserTimeout(socket, timeout);
    }
}

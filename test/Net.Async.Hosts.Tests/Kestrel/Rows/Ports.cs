using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Net.Async.Tests.Kestrel;

/// <summary>Ports, and what the kernel says of them.</summary>
internal static class Ports
{
    private const string Listening = "0A";

    /// <summary>A port that is free on both loopback addresses, for what takes no 0. Another process may take it meanwhile: the caller tries again.</summary>
    public static int Free()
    {
        using var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true };
        socket.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>How many clients wait in the kernel to be accepted at a port of 127.0.0.1.</summary>
    public static int Queued(int port) => Rows().Where(row => row.Port == port && row.State == Listening).Sum(static row => row.Received);

    /// <summary>Bytes that the kernel has of this end and that its peer has not acknowledged.</summary>
    public static int Unacknowledged(int local, int remote) => Rows().Where(row => row.Port == local && row.RemotePort == remote).Sum(static row => row.Sent);

    /// <summary>Bytes that the kernel has received for this end and that nothing has read.</summary>
    public static int Unread(int local, int remote) => Rows().Where(row => row.Port == local && row.RemotePort == remote).Sum(static row => row.Received);

    /// <summary>Whether nothing listens there. A client that the kernel let in, and that was reset in its queue, says no.</summary>
    public static async Task<bool> IsRefusedAsync(EndPoint endPoint)
    {
        using var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(endPoint).Soon();
            return false;
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.ConnectionRefused or SocketError.ConnectionReset)
        {
            return exception.SocketErrorCode == SocketError.ConnectionRefused;
        }
    }

    private static IEnumerable<(int Port, int RemotePort, string State, int Sent, int Received)> Rows() =>
        from line in File.ReadLines("/proc/net/tcp").Skip(1)
        let columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        let queues = columns[4].Split(':')
        select (PortOf(columns[1]), PortOf(columns[2]), columns[3], Hex(queues[0]), Hex(queues[1]));

    private static int PortOf(string address) => Hex(address[(address.IndexOf(':', StringComparison.Ordinal) + 1)..]);

    private static int Hex(string text) => int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}

using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Net.Async;

/// <summary>What Linux knows of a TCP socket (tcp(7), TCP_INFO). Elsewhere nothing is known, and nothing is waited for.</summary>
internal static class TcpInformation
{
    public const int Length = 148;
    private const int StateOffset = 0, UnackedOffset = 24, NotSentOffset = 144;
    private const byte FinWait2 = 5, TimeWait = 6, Close = 7;

    /// <summary>Our FIN is the last thing sent: in these states the peer's kernel has it, and everything before.</summary>
    public static bool HasFinArrived(ReadOnlySpan<byte> info) => info.IsEmpty || info[StateOffset] is FinWait2 or TimeWait or Close;

    /// <summary>Every byte sent so far has arrived at the peer's kernel, and none waits to be sent.</summary>
    public static bool HasNothingUnderWay(ReadOnlySpan<byte> info) =>
        info.Length == Length && MemoryMarshal.Read<uint>(info[UnackedOffset..]) == 0 && MemoryMarshal.Read<uint>(info[NotSentOffset..]) == 0;

    /// <summary>Asks by way of the base class library; empty when there is no answer.</summary>
    public static ReadOnlySpan<byte> Read(Socket socket, Span<byte> space)
    {
        try
        {
            return OperatingSystem.IsLinux() ? space[..socket.GetRawSocketOption(LibC.TcpLevel, LibC.TcpInfoOption, space)] : [];
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return [];
        }
    }
}

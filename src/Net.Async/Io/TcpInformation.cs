using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Net.Async;

/// <summary>What Linux knows of a TCP socket (tcp(7), TCP_INFO). The default is what is known elsewhere: nothing, and nothing is waited for.</summary>
internal readonly struct TcpInformation
{
    /// <summary>How much of struct tcp_info is asked for.</summary>
    public const int Length = 148;

    private const int StateOffset = 0, UnackedOffset = 24, AcknowledgedOffset = 120, NotSentOffset = 144;
    private const byte FinWait2 = 5, TimeWait = 6, Close = 7;

    private readonly byte? _state;
    private readonly bool _isAllAcknowledged;

    /// <summary>Reads what getsockopt(2) has written; an older kernel writes less.</summary>
    public TcpInformation(ReadOnlySpan<byte> info)
    {
        if (info.IsEmpty)
            return;
        _state = info[StateOffset];
        _isAllAcknowledged = !IsClosed && info.Length == Length && MemoryMarshal.Read<uint>(info[UnackedOffset..]) == 0 && MemoryMarshal.Read<uint>(info[NotSentOffset..]) == 0;
        if (info.Length == Length)
            Acknowledged = (long)MemoryMarshal.Read<ulong>(info[AcknowledgedOffset..]);
    }

    /// <summary>Both sides have ended, or the connection is lost: a reset came, or the peer was silent for too long.</summary>
    public bool IsClosed => _state is Close;

    /// <summary>Our FIN is the last thing sent: in these states the peer's kernel has it, and everything before.</summary>
    /// <remarks>Not when it is closed, where a reset may have destroyed all: a receive then says which of the two it is.</remarks>
    public bool HasFinArrived => _state is null or FinWait2 or TimeWait;

    /// <summary>Every byte sent so far has arrived at the peer's kernel, and none waits to be sent. A reset has dropped what waited: then it is not known.</summary>
    public bool HasNothingUnderWay => _isAllAcknowledged;

    /// <summary>How many bytes the peer's kernel has acknowledged; null where that is not known.</summary>
    public long? Acknowledged { get; }

    /// <summary>Asks by way of the base class library.</summary>
    public static TcpInformation Of(Socket socket)
    {
        Span<byte> space = stackalloc byte[Length];
        try
        {
            return OperatingSystem.IsLinux() ? new(space[..socket.GetRawSocketOption(LibC.TcpLevel, LibC.TcpInfoOption, space)]) : default;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return default;
        }
    }
}

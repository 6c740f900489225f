using System.ComponentModel;

namespace Net.Async;

/// <summary>Tries, once, what the reactor takes for granted: that the C library has the calls and lays its structures out as we do.</summary>
internal static unsafe class ReactorProbe
{
    private const ulong Mark = 0x1122334455667788;

    /// <summary>Why the reactor cannot serve here; null when it can.</summary>
    public static string? Obstacle()
    {
        if (!OperatingSystem.IsLinux())
            return "not Linux";
        if (sizeof(nint) != 8 || !BitConverter.IsLittleEndian)
            return "not a 64-bit little-endian machine";
        try
        {
            return !TriesEpoll() ? "epoll_event has another layout" : !TriesMessages() ? "msghdr has another layout" : null;
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException or Win32Exception)
        {
            return exception.Message;
        }
    }

    // Two marks in one array: a wrong size of the structure would show in the second.
    private static bool TriesEpoll()
    {
        var epoll = new Epoll(4);
        int first = LibC.EventDescriptor(1, LibC.NonBlocking | LibC.CloseOnExec), second = LibC.EventDescriptor(1, LibC.NonBlocking | LibC.CloseOnExec);
        try
        {
            if (epoll.Add(first, Epoll.In, Mark) != 0 || epoll.Add(second, Epoll.In, ~Mark) != 0 || epoll.Wait(0) != 2)
                return false;
            return epoll.Mask(0) == Epoll.In && epoll.Mask(1) == Epoll.In && epoll.Data(0) == ~epoll.Data(1) && epoll.Data(0) is Mark or ~Mark;
        }
        finally
        {
            _ = LibC.Close(first);
            _ = LibC.Close(second);
            epoll.Close();
        }
    }

    private static bool TriesMessages()
    {
        var pair = stackalloc int[2];
        if (LibC.SocketPair(LibC.UnixFamily, LibC.StreamType | LibC.NonBlocking | LibC.CloseOnExec, 0, pair) != 0)
            throw new Win32Exception(Errno.LastNumber);
        try
        {
            byte first = 1, second = 2;
            var pieces = stackalloc Piece[] { new() { Bytes = &first, Length = 1 }, new() { Bytes = &second, Length = 1 } };
            var message = new MessageHeader { Pieces = pieces, PieceCount = 2 };
            var received = stackalloc byte[4];
            return LibC.SendMessage(pair[0], &message, 0) == 2 && LibC.Receive(pair[1], received, 4, 0) == 2 && received[0] == 1 && received[1] == 2;
        }
        finally
        {
            _ = LibC.Close(pair[0]);
            _ = LibC.Close(pair[1]);
        }
    }
}

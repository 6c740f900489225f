using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Net.Async;

/// <summary>Whether the peer has ended its direction, whatever is still unread before the end: poll(2) with POLLRDHUP, on Linux.</summary>
internal static partial class PeerHangUp
{
    private const short ReadHangUp = 0x2000;

    public static bool IsSeenBy(Socket socket)
    {
        if (!OperatingSystem.IsLinux())
            return false;
        var held = false;
        try
        {
            // Held: the number is not another's while it is asked about.
            socket.SafeHandle.DangerousAddRef(ref held);
            return IsSeenBy((int)socket.SafeHandle.DangerousGetHandle());
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
        finally
        {
            if (held)
                socket.SafeHandle.DangerousRelease();
        }
    }

    /// <summary>The same for a descriptor that the caller holds.</summary>
    public static bool IsSeenBy(int descriptor)
    {
        var asked = new Polled { Descriptor = descriptor, Events = ReadHangUp };
        return Poll(ref asked, 1, 0) == 1 && (asked.Returned & ReadHangUp) != 0;
    }

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(ref Polled polled, nuint count, int timeout);

    // struct pollfd
    private struct Polled
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}

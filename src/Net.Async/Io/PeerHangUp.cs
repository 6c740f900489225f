using System.Net.Sockets;

namespace Net.Async;

/// <summary>Whether the peer has ended its direction, whatever is still unread before the end: poll(2) with POLLRDHUP, on Linux.</summary>
internal static unsafe class PeerHangUp
{
    public static bool IsSeenBy(Socket socket)
    {
        if (!OperatingSystem.IsLinux())
            return false;
        try
        {
            using var held = new HeldHandle(socket.SafeHandle);
            return IsSeenBy(held.Descriptor);
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>The same for a descriptor that the caller holds.</summary>
    public static bool IsSeenBy(int descriptor)
    {
        var asked = new PolledDescriptor { Descriptor = descriptor, Events = LibC.PeerHangUp };
        return LibC.Poll(&asked, 1, 0) == 1 && (asked.Returned & LibC.PeerHangUp) != 0;
    }
}

using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Net.Async;

/// <summary>Gives up this process's part of a socket that another process has too: nothing is sent, and nothing about the socket changes.</summary>
/// <remarks>
/// The base class library's close of a socket with a call under way is none of that: it disconnects, which ends a listener for everybody,
/// sets a linger of 0, which makes the other process's closes resets (and those of all it accepts).
/// So the number is pointed at something harmless first, and the close meets that.
/// </remarks>
internal static class SharedSocket
{
    private static readonly Lazy<SafeFileHandle> s_harmless = new(static () => File.OpenHandle("/dev/null"));

    /// <summary>Opens what is needed: at the time it may be too late for a new descriptor.</summary>
    public static void Prepare()
    {
        if (OperatingSystem.IsLinux())
            _ = s_harmless.Value;
    }

    /// <summary>Leaves the poll sets, and points the number elsewhere. The close that follows meets nothing of the socket; calls under way find something that is none.</summary>
    public static void Leave(SafeSocketHandle handle, bool polled)
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            using var held = new HeldHandle(handle);
            if (polled)
                PollSets.Remove(held.Descriptor);
            Point(handle, s_harmless.Value);
        }
        catch (ObjectDisposedException)
        {
            // Closed already, by another thread.
        }
        catch (SocketException)
        {
            // Interrupted, or without /dev/null: the close that follows does what it can.
        }
    }

    /// <summary>Points a handle's number at what the source is open on (dup3(2)); what the number was open on before is closed.</summary>
    /// <exception cref="SocketException">The kernel refuses.</exception>
    public static void Point(SafeHandle target, SafeHandle source)
    {
        using var to = new HeldHandle(target);
        using var from = new HeldHandle(source);
        if (LibC.Duplicate(from.Descriptor, to.Descriptor, LibC.CloseOnExec) < 0)
            throw new SocketException((int)Errno.Last);
    }
}
